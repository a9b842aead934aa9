/** What each sending did on this server, with the events that arrived. */
import type { SendingView } from 'hookline/client'
import { Link } from 'wouter'
import { useEventDetail } from '../../api/queries.ts'
import { useHref } from '../../mode.ts'
import { Empty } from '../../parts/notice.tsx'
import { Badge, Status, type Tone } from '../../parts/status.tsx'
import { Ago, countText } from '../../parts/time.tsx'
import { TypeName } from '../../parts/type-name.tsx'
import { visibleText } from '../../payload/visible-text.ts'
import { countOf, eventIdsOf, type Play, usePlays } from './plays.ts'

const eventsShown = 5

export function PlayList() {
  const plays = usePlays()
  return (
    <section aria-label="What each did" aria-live="polite" className="card min-w-0">
      <h2 className="border-b border-line px-4 py-2.5 font-medium">What each did</h2>
      {plays.length === 0 ? (
        <Empty icon="sandbox" title="Nothing was sent from here yet">
          Choose an event and what to do with it. What this server made of it is written here.
        </Empty>
      ) : (
        <ul className="divide-y divide-line">
          {plays.map((play) => (
            <PlayRow key={play.number} play={play} />
          ))}
        </ul>
      )}
    </section>
  )
}

function PlayRow({ play }: { readonly play: Play }) {
  const { title, type, at, sendings } = play
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">{title}</span>
        <span className="payload min-w-0 truncate text-xs text-muted">{visibleText(type)}</span>
        <span className="ml-auto text-xs text-muted">
          <Ago at={at} />
        </span>
      </div>
      <Outcomes sendings={sendings} />
      <Events play={play} />
    </li>
  )
}

const outcomes: readonly (readonly [SendingView['outcome'], Tone, string])[] = [
  ['stored', 'ok', 'stored'],
  ['known', 'info', 'known already, answered as before'],
  ['refused', 'bad', 'refused'],
  ['failed', 'bad', 'not taken'],
]

export function Outcomes({ sendings }: { readonly sendings: readonly SendingView[] }) {
  const href = useHref()
  if (sendings.length === 0) return <Badge tone="warn">nobody wanted it</Badge>
  return (
    <p className="flex flex-wrap items-center gap-2">
      {outcomes.map(([outcome, tone, words]) => {
        const count = countOf(sendings, outcome)
        if (count === 0) return null
        return <Badge key={outcome} tone={tone}>{`${countText(count)} ${words}`}</Badge>
      })}
      {countOf(sendings, 'refused') > 0 && (
        <Link href={href('/rejected')} className="text-xs font-medium text-accent underline">
          Why it was refused
        </Link>
      )}
    </p>
  )
}

function Events({ play }: { readonly play: Play }) {
  const href = useHref()
  const ids = eventIdsOf(play.sendings)
  if (ids.length === 0) return null
  const all = `/events?source=${encodeURIComponent(play.source)}&type=${encodeURIComponent(play.type)}`
  return (
    <ul className="flex flex-col gap-1 text-xs">
      {ids.slice(0, eventsShown).map((id) => (
        <EventLine key={id} id={id} />
      ))}
      {ids.length > eventsShown && (
        <li>
          <Link href={href(all)} className="font-medium text-accent underline">
            All events of this type
          </Link>
        </li>
      )}
    </ul>
  )
}

/** The event as it is now: what its handlers made of it comes in by the feed. */
export function EventLine({ id, label }: { readonly id: string; readonly label?: string }) {
  const href = useHref()
  const event = useEventDetail(id).data
  return (
    <li className="flex min-w-0 items-center gap-2">
      <Link
        href={href(`/events/${id}`)}
        className="payload min-w-0 flex-1 text-xs wrap-anywhere underline decoration-edge
          underline-offset-2 hover:text-accent"
      >
        {label === undefined ? id : <TypeName type={label} />}
      </Link>
      {event && <Status state={event.status} />}
    </li>
  )
}
