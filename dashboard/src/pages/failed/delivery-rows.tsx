/** Deliveries of one kind, newest first, each leading to its event. */
import type { DeliveryFilter, DeliveryView } from 'hookline/client'
import { Link } from 'wouter'
import { useDeliveries } from '../../api/lists.ts'
import { useHref } from '../../mode.ts'
import { Empty } from '../../parts/notice.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Status } from '../../parts/status.tsx'
import { Ago } from '../../parts/time.tsx'
import { visibleText } from '../../payload/visible-text.ts'

export function DeliveryRows({ filter }: { readonly filter: DeliveryFilter }) {
  const list = useDeliveries(filter)
  const empty = (
    <Empty icon="handler" title="No delivery yet">
      A delivery is made for each handler that wants an event.
    </Empty>
  )
  return (
    <Rows label="Deliveries" list={list} empty={empty}>
      {(delivery) => <DeliveryRow key={delivery.id} delivery={delivery} />}
    </Rows>
  )
}

export function DeliveryRow({ delivery }: { readonly delivery: DeliveryView }) {
  const { eventId, target, state, attemptCount, lastError, updatedAt } = delivery
  const href = useHref()
  return (
    <li>
      <Link
        href={href(`/events/${eventId}`)}
        className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 hover:bg-sunken
          focus-visible:-outline-offset-2"
      >
        <span className="w-26 shrink-0">
          <Status state={state} />
        </span>
        <span className="min-w-0 flex-1 truncate font-medium">{target}</span>
        <span className="text-xs text-muted tabular-nums max-sm:hidden">
          {attemptCount === 1 ? '1 attempt' : `${attemptCount} attempts`}
        </span>
        <span className="w-20 text-right text-xs text-muted">
          <Ago at={updatedAt} />
        </span>
        {lastError !== null && state !== 'done' && (
          <span className="payload w-full truncate text-bad">{firstLine(lastError)}</span>
        )}
      </Link>
    </li>
  )
}

export function firstLine(error: string): string {
  return visibleText(error.split('\n', 1)[0] ?? '')
}
