/** What came in: as a tree, as text, as bytes, and the headers with it. Never as a page. */
import type { EventDetail } from 'hookline/client'
import { useMemo } from 'react'
import { CopyButton } from '../parts/copy.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { bytesText } from '../parts/time.tsx'
import { ByteView, bytesOfBase64 } from './byte-view.tsx'
import { parsePayload } from './json-node.ts'
import { JsonTree } from './json-tree.tsx'
import { TextView } from './text-view.tsx'
import { visibleText } from './visible-text.ts'

type Came = Pick<EventDetail, 'headers' | 'body' | 'bodyBase64' | 'bytes'>

export function Payload({ came }: { readonly came: Came }) {
  const { headers, body, bodyBase64 } = came
  const bytes = useMemo(() => bytesOfBase64(bodyBase64), [bodyBase64])
  const json = useMemo(() => (body === null ? undefined : parsePayload(body)), [body])
  const tree = json && {
    name: 'Tree',
    content: () => <JsonTree value={json.value} label="Body as a tree" />,
  }
  const text = body !== null && {
    name: 'Text',
    content: () => <TextView text={body} label="Body as text" />,
  }
  const tabs = [
    ...(tree ? [tree] : []),
    ...(text ? [text] : []),
    { name: 'Bytes', content: () => <ByteView bytes={bytes} label="Body as bytes" /> },
    { name: `Headers ${headers.length}`, content: () => <Headers headers={headers} /> },
  ]
  return (
    <section aria-label="What came in" className="card min-w-0 self-start overflow-hidden">
      <Tabs
        label="Views of the payload"
        tabs={tabs}
        aside={
          <>
            <span className="text-xs whitespace-nowrap text-muted tabular-nums">
              {bytesText(came.bytes)}
            </span>
            {body !== null && <CopyButton text={body} label="Copy the body" />}
          </>
        }
      />
    </section>
  )
}

export function Headers({ headers }: Pick<Came, 'headers'>) {
  return (
    <dl className="divide-y divide-line">
      {headers.map(([name, value], i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header may come twice with one value
        <div key={i} className="flex flex-col gap-x-4 px-4 py-1.5 sm:flex-row">
          <dt className="payload w-56 shrink-0 text-muted">{visibleText(name)}</dt>
          <dd className="payload min-w-0 flex-1 break-all">{visibleText(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
