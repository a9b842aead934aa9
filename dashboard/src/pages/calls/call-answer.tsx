/** The answer to a test call: as a tree where it is JSON, as text, and its headers. */
import { useMemo } from 'react'
import { CopyButton } from '../../parts/copy.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Tab, Tabs } from '../../parts/tabs.tsx'
import { bytesText, spanText } from '../../parts/time.tsx'
import { parsePayload } from '../../payload/json-node.ts'
import { JsonTree } from '../../payload/json-tree.tsx'
import { Headers } from '../../payload/payload.tsx'
import { TextView } from '../../payload/text-view.tsx'
import { answerBytesMax, type TestAnswer } from './console-call.ts'

export function CallAnswer({ answer }: { readonly answer: TestAnswer }) {
  const { status, headers, text, bytes, isCut, ms } = answer
  const json = useMemo(() => parsePayload(text), [text])
  const tree = json && {
    name: 'Tree',
    content: () => <JsonTree value={json.value} label="Answer as a tree" />,
  }
  const tabs: Tab[] = [
    ...(tree ? [tree] : []),
    { name: 'Text', content: () => <TextView text={text} label="Answer as text" /> },
    { name: `Headers ${headers.length}`, content: () => <Headers headers={headers} /> },
  ]
  return (
    <section aria-label="The answer" className="min-w-0 rounded-lg border border-line">
      <p className="flex flex-wrap items-center gap-3 px-3 py-2 text-xs text-muted tabular-nums">
        <Badge tone={status < 400 ? 'ok' : 'bad'}>{String(status)}</Badge>
        <span>{spanText(ms)}</span>
        <span>{bytesText(bytes)}</span>
        {isCut && <span className="text-warn">cut after {bytesText(answerBytesMax)}</span>}
      </p>
      <Tabs
        label="Views of the answer"
        tabs={tabs}
        aside={<CopyButton text={text} label="Copy the answer" />}
      />
    </section>
  )
}
