/** Calls: requests that the server made with a key that the caller never sees. */
import type { CallOutcome, CallView } from 'hookline/client'
import { useCalls } from '../../api/lists.ts'
import { Empty } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Badge, type Tone } from '../../parts/status.tsx'
import { Ago, bytesText, spanText } from '../../parts/time.tsx'
import { visibleText } from '../../payload/visible-text.ts'

export function CallsPage() {
  const empty = (
    <Empty icon="call" title="No call was made yet">
      An app names the APIs it calls:{' '}
      <code className="font-mono text-xs">{'apis: { openai: openai({ allow: […] }) }'}</code>. A
      page then calls them through the server, without the key.
    </Empty>
  )
  return (
    <>
      <PageTitle
        title="Calls"
        about="Who called which API, and how it ended. Bodies are not kept."
      />
      <div className="border-t border-line">
        <Rows label="Calls" list={useCalls()} empty={empty}>
          {(call) => <CallRow key={call.id} call={call} />}
        </Rows>
      </div>
    </>
  )
}

const tones: Readonly<Record<CallOutcome, Tone>> = {
  answered: 'ok',
  refused: 'warn',
  limited: 'warn',
  failed: 'bad',
  timed_out: 'bad',
  cancelled: 'muted',
}

function CallRow({ call }: { readonly call: CallView }) {
  const { api, sub, method, path, status, outcome, startedAt, durationMs } = call
  const isFault = status !== null && status >= 400
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
      <span className="w-26 shrink-0">
        <Badge tone={isFault ? 'bad' : tones[outcome]}>
          {status === null ? outcome.replace('_', ' ') : String(status)}
        </Badge>
      </span>
      <span className="font-medium">{api}</span>
      <span className="min-w-0 flex-1 truncate font-mono text-xs">
        {visibleText(`${method} ${path}`)}
      </span>
      <span className="max-w-40 truncate text-xs text-muted">{visibleText(sub)}</span>
      <span className="w-16 text-right text-xs text-muted tabular-nums">
        {spanText(durationMs)}
      </span>
      <span className="w-16 text-right text-xs text-muted tabular-nums max-lg:hidden">
        {bytesText(call.bytesReceived)}
      </span>
      <span className="w-20 text-right text-xs text-muted">
        <Ago at={startedAt} />
      </span>
    </li>
  )
}
