/** What happened to an event, in the order in which it did. */
import type { EventDetail } from 'hookline/client'
import { Link } from 'wouter'
import { useHref } from '../../mode.ts'
import { Clock, exactText, spanText } from '../../parts/time.tsx'
import { DiffView } from '../../payload/diff-view.tsx'
import { DeliveryStory } from './delivery-story.tsx'
import { Step } from './step.tsx'
import { Verified } from './verified.tsx'

export function Timeline({ event }: { readonly event: EventDetail }) {
  const deliveries = [...event.deliveries].reverse()
  return (
    <section aria-label="What happened" className="min-w-0">
      <ol className="flex flex-col">
        <Step icon="source" tone="ok" title="Received" at={event.receivedAt}>
          <ReceivedText event={event} />
        </Step>
        <Verified event={event} />
        <Step icon="check" tone="ok" title="Stored">
          Once, under the key <span className="payload break-all text-text">{event.dedupeKey}</span>
        </Step>
        {deliveries.map((delivery) => (
          <DeliveryStory key={delivery.id} delivery={delivery} />
        ))}
        {event.changes.length > 0 && <Written event={event} />}
        {deliveries.length === 0 && (
          <Step icon="handler" tone="muted" title="No handler">
            No handler of {event.source} wants {event.type}. Add one with{' '}
            <code className="font-mono text-xs">app.on('{event.source}', …)</code>, then replay.
          </Step>
        )}
      </ol>
    </section>
  )
}

/** The documents that its handlers changed; who watches one was told of it at the same time. */
function Written({ event }: { readonly event: EventDetail }) {
  const href = useHref()
  return (
    <Step icon="document" tone="ok" title="Documents changed">
      <ul className="mt-1 flex flex-col gap-2">
        {event.changes.map(({ cursor, path, at, before, data, isBeforeKnown }) => (
          <li key={cursor} className="card overflow-hidden">
            <p className="flex items-center gap-3 border-b border-line px-3 py-1.5 text-xs">
              <Link
                href={href(`/documents/${path}`)}
                className="min-w-0 flex-1 truncate font-medium text-text underline
                  decoration-edge underline-offset-2"
              >
                {path}
              </Link>
              <Clock at={at} />
            </p>
            <DiffView before={(isBeforeKnown && before) || undefined} after={data ?? undefined} />
          </li>
        ))}
      </ul>
    </Step>
  )
}

function ReceivedText({ event }: { readonly event: EventDetail }) {
  const sender = event.headers.find(([name]) => name.toLowerCase() === 'user-agent')?.[1]
  const lateMs = event.occurredAt
    ? Date.parse(event.receivedAt) - Date.parse(event.occurredAt)
    : undefined
  return (
    <>
      <span className="block">{exactText(event.receivedAt)}</span>
      {sender !== undefined && <span className="block truncate">From {sender}</span>}
      {lateMs !== undefined && lateMs >= 1_000 && (
        <span className="block">{spanText(lateMs)} after it occurred there</span>
      )}
    </>
  )
}
