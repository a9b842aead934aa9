/** What happened to an event, in the order in which it did. */
import type { EventDetail } from 'hookline/client'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useHref } from '../../mode.ts'
import { Icon, type IconName } from '../../parts/icon.tsx'
import type { Tone } from '../../parts/status.tsx'
import { Clock, exactText, spanText } from '../../parts/time.tsx'
import { DiffView } from '../../payload/diff-view.tsx'
import { DeliveryStory } from './delivery-story.tsx'

export function Timeline({ event }: { readonly event: EventDetail }) {
  const deliveries = [...event.deliveries].reverse()
  return (
    <section aria-label="What happened" className="min-w-0">
      <ol className="flex flex-col">
        <Step icon="source" tone="ok" title="Received" at={event.receivedAt}>
          <ReceivedText event={event} />
        </Step>
        <Step icon="shield" tone="ok" title="Verified">
          The signature over the raw bytes is that of <b className="font-medium">{event.source}</b>.
        </Step>
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

const dots: Readonly<Record<Tone, string>> = {
  ok: 'bg-ok-soft text-ok',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  info: 'bg-info-soft text-info',
  muted: 'bg-sunken text-muted',
}

interface StepProps {
  readonly icon: IconName
  readonly tone: Tone
  readonly title: string
  readonly at?: string
  readonly aside?: ReactNode
  readonly children?: ReactNode
}

export function Step({ icon, tone, title, at, aside, children }: StepProps) {
  return (
    <li className="group flex gap-3">
      <div className="flex flex-col items-center">
        <span className={`flex size-7 items-center justify-center rounded-full ${dots[tone]}`}>
          <Icon name={icon} size={14} />
        </span>
        <span className="w-px flex-1 bg-line group-last:hidden" />
      </div>
      <div className="min-w-0 flex-1 pb-5">
        <div className="flex min-h-7 flex-wrap items-center gap-x-2 gap-y-1">
          <h2 className="min-w-0 font-medium break-words">{title}</h2>
          {at !== undefined && (
            <span className="text-xs text-muted">
              <Clock at={at} />
            </span>
          )}
          <span className="ml-auto">{aside}</span>
        </div>
        {children && <div className="text-muted">{children}</div>}
      </div>
    </li>
  )
}
