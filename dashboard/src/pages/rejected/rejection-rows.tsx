/** Requests that were refused, each with the sentence of diagnosis that its sender is not told. */
import type { RejectionView } from 'hookline/client'
import { useRejections } from '../../api/lists.ts'
import { useMode } from '../../mode.ts'
import { Empty } from '../../parts/notice.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Badge } from '../../parts/status.tsx'
import { Ago, bytesText } from '../../parts/time.tsx'
import { Headers } from '../../payload/payload.tsx'
import { visibleText } from '../../payload/visible-text.ts'

export function RejectionRows() {
  const list = useRejections(useMode())
  const empty = (
    <Empty icon="shield" title="Nothing was refused">
      A request with a wrong signature is refused, and the reason is kept here for you.
    </Empty>
  )
  return (
    <Rows label="Refused requests" list={list} empty={empty}>
      {(rejection) => <RejectionRow key={rejection.id} rejection={rejection} />}
    </Rows>
  )
}

function RejectionRow({ rejection }: { readonly rejection: RejectionView }) {
  const { at, source, reason, detail, method, remote, bytes, headers, bodyStart } = rejection
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone="bad">{reason.replaceAll('_', ' ')}</Badge>
        <span className="font-medium">{visibleText(source)}</span>
        <span className="ml-auto text-xs text-muted">
          <Ago at={at} />
        </span>
      </div>
      <p className="mt-1 max-w-prose break-words">{visibleText(detail)}</p>
      <details className="mt-1">
        <summary className="w-max rounded-sm text-xs text-muted hover:text-text">
          {method}, {bytesText(bytes)}
          {remote === null ? '' : `, from ${remote}`}
        </summary>
        <div className="card mt-2 overflow-hidden">
          <Headers headers={headers} />
          {bodyStart !== null && (
            <pre className="payload border-t border-line p-4 break-all whitespace-pre-wrap">
              {bodyStart.split('\n').map(visibleText).join('\n')}
            </pre>
          )}
        </div>
      </details>
    </li>
  )
}
