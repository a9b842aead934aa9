/** One event: its story from the request to what it changed, and its bytes. */
import type { EventDetail } from 'hookline/client'
import { Link } from 'wouter'
import { useEventDetail } from '../../api/queries.ts'
import { isMissing } from '../../api/server.ts'
import { useHref } from '../../mode.ts'
import { ButtonLink } from '../../parts/button.tsx'
import { CopyButton } from '../../parts/copy.tsx'
import { Empty, Failure, Loading } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { Status } from '../../parts/status.tsx'
import { Ago } from '../../parts/time.tsx'
import { Payload } from '../../payload/payload.tsx'
import { EventActions } from './event-actions.tsx'
import { Timeline } from './timeline.tsx'

export function EventPage({ id }: { readonly id: string }) {
  const { data: event, error, refetch } = useEventDetail(id)
  if (isMissing(error)) return <Gone id={id} />
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!event) return <Loading />
  return (
    <>
      <PageTitle title={event.type} about={<Facts event={event} />}>
        <EventActions event={event} />
      </PageTitle>
      <div className="grid gap-4 px-4 pt-2 pb-8 xl:grid-cols-[minmax(22rem,5fr)_7fr]">
        <Timeline event={event} />
        <Payload came={event} />
      </div>
    </>
  )
}

function Facts({ event }: { readonly event: EventDetail }) {
  const href = useHref()
  return (
    <span className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs">
      <Status state={event.status} />
      <span className="flex items-center gap-1 font-mono">
        <span className="break-all">{event.id}</span>
        <CopyButton text={event.id} label="Copy the id" />
      </span>
      <Link
        href={href(`/events?source=${encodeURIComponent(event.source)}`)}
        className="underline decoration-edge underline-offset-2 hover:text-text"
      >
        {event.source}
      </Link>
      <Ago at={event.receivedAt} />
    </span>
  )
}

function Gone({ id }: { readonly id: string }) {
  return (
    <Empty icon="search" title="This event is not here">
      <p className="mb-4">
        <span className="font-mono break-all">{id.slice(0, 64)}</span> was never stored, or it was
        pruned. Events are kept for 30 days unless the app says otherwise.
      </p>
      <ButtonLink href={useHref()('/events')}>All events</ButtonLink>
    </Empty>
  )
}
