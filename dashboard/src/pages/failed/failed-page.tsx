/** Dead letters: deliveries that used up their attempts, grouped by handler and error. */
import { useMutation } from '@tanstack/react-query'
import type { DeliveryGroupView, Mode } from 'hookline/client'
import { useState } from 'react'
import { Link } from 'wouter'
import { useDeliveries, useGroups } from '../../api/lists.ts'
import { api, errorText } from '../../api/server.ts'
import { useHref, useMode } from '../../mode.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Ago, countText } from '../../parts/time.tsx'
import { visibleText } from '../../payload/visible-text.ts'

export function FailedPage() {
  const list = useGroups(useMode())
  return (
    <>
      <PageTitle
        title="Dead letters"
        about="Deliveries that used up their attempts. Mend the handler, then retry them."
      />
      <div className="border-t border-line">
        <Rows label="Groups of failed deliveries" list={list} empty={<None />}>
          {(group) => <GroupRow key={`${group.target} ${group.error}`} group={group} />}
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

function GroupRow({ group }: { readonly group: DeliveryGroupView }) {
  const { target, error, count } = group
  const mode = useMode()
  const [isOpen, setOpen] = useState(false)
  const retry = useMutation({ mutationFn: () => retryAll(group, mode) })
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
                {countText(count)}
              </span>
            </span>
            <span className="payload block break-words text-bad">{visibleText(error)}</span>
          </span>
        </button>
        <Button icon="replay" disabled={retry.isPending} onClick={() => retry.mutate()}>
          {count === 1 ? 'Retry' : `Retry ${countText(count)}`}
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

/** The server takes a part of them at a time, so that it has time for others between. */
async function retryAll({ target, error }: DeliveryGroupView, mode: Mode): Promise<void> {
  const selection = { state: 'failed', target, error, mode } as const
  for (let isDone = false; !isDone; ) isDone = (await api.retryMany(selection)).isDone
}

const membersShown = 20

function Members({ group }: { readonly group: DeliveryGroupView }) {
  const href = useHref()
  const list = useDeliveries({ state: 'failed', target: group.target })
  return (
    <ul className="border-t border-line bg-page">
      {group.sampleError !== null && (
        <li className="px-10 py-3">
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
            tabIndex={0}
            className="payload overflow-x-auto text-xs"
          >
            {group.sampleError.split('\n').map(visibleText).join('\n')}
          </pre>
        </li>
      )}
      {list.rows.slice(0, membersShown).map(({ id, eventId, updatedAt, attemptCount }) => (
        <li key={id}>
          <Link
            href={href(`/events/${eventId}`)}
            className="flex items-center gap-3 py-2 pr-4 pl-10 text-xs hover:bg-sunken
              focus-visible:-outline-offset-2"
          >
            <span className="min-w-0 flex-1 truncate font-mono">{eventId}</span>
            <span className="text-muted tabular-nums max-sm:hidden">
              {attemptCount === 1 ? '1 attempt' : `${attemptCount} attempts`}
            </span>
            <span className="text-muted">
              <Ago at={updatedAt} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
