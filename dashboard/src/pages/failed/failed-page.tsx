/** Dead letters: deliveries that used up their attempts, grouped by handler and error. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { useDeliveries } from '../../api/lists.ts'
import { api, errorText } from '../../api/server.ts'
import { useHref } from '../../mode.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Ago, countText } from '../../parts/time.tsx'
import { visibleText } from '../../payload/visible-text.ts'
import { type Group, groupsOf } from './groups.ts'

export function FailedPage() {
  const list = useDeliveries({ state: 'failed' })
  const groups = groupsOf(list.rows)
  return (
    <>
      <PageTitle
        title="Dead letters"
        about="Deliveries that used up their attempts. Mend the handler, then retry them."
      />
      <div className="border-t border-line">
        <Rows label="Groups of failed deliveries" list={{ ...list, rows: groups }} empty={<None />}>
          {(group) => <GroupRow key={group.id} group={group} />}
        </Rows>
      </div>
    </>
  )
}

function None() {
  return (
    <Empty icon="check" title="Nothing has failed">
      A delivery comes here when its last attempt fails. Until then it is tried again by itself.
    </Empty>
  )
}

function GroupRow({ group }: { readonly group: Group }) {
  const { target, error, deliveries } = group
  const [isOpen, setOpen] = useState(false)
  const retry = useMutation({ mutationFn: () => retryAll(group) })
  return (
    <li>
      <div className="flex flex-wrap items-center gap-3 px-4 py-3">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="flex min-w-0 flex-1 items-start gap-2 rounded-md text-left"
        >
          <span className="mt-0.5 text-muted">
            <Icon name={isOpen ? 'down' : 'right'} />
          </span>
          <span className="min-w-0">
            <span className="flex flex-wrap items-center gap-2">
              <span className="font-medium">{target}</span>
              <span
                className="rounded-full bg-bad-soft px-2 text-xs font-semibold text-bad
                tabular-nums"
              >
                {countText(deliveries.length)}
              </span>
            </span>
            <span className="payload block break-words text-bad">{visibleText(error)}</span>
          </span>
        </button>
        <Button icon="replay" disabled={retry.isPending} onClick={() => retry.mutate()}>
          {deliveries.length === 1 ? 'Retry' : `Retry ${countText(deliveries.length)}`}
        </Button>
      </div>
      {retry.error && (
        <p role="alert" className="px-4 pb-3 text-bad">
          {errorText(retry.error)}
        </p>
      )}
      {isOpen && <Members group={group} />}
    </li>
  )
}

/** One after the other, so that a thousand of them do not come to the server at once. */
async function retryAll({ deliveries }: Group): Promise<void> {
  for (const { id } of deliveries) await api.deliveries.retry(id)
}

function Members({ group }: { readonly group: Group }) {
  const href = useHref()
  return (
    <ul className="border-t border-line bg-page">
      {group.deliveries.map(({ id, eventId, updatedAt, attemptCount }) => (
        <li key={id}>
          <Link
            href={href(`/events/${eventId}`)}
            className="flex items-center gap-3 py-2 pr-4 pl-10 text-xs hover:bg-sunken
              focus-visible:-outline-offset-2"
          >
            <span className="min-w-0 flex-1 truncate font-mono">{eventId}</span>
            <span className="text-muted tabular-nums max-sm:hidden">{attemptCount} attempts</span>
            <span className="text-muted">
              <Ago at={updatedAt} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
