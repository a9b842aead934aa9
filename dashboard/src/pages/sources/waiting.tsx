/** Waits, live, for the new source to be in the app and for its first event. */
import type { ProviderView } from 'hookline/client'
import { Link } from 'wouter'
import { useSources } from '../../api/queries.ts'
import { useHref, useMode } from '../../mode.ts'
import { Icon } from '../../parts/icon.tsx'
import { TestEvent } from './test-event.tsx'

interface WaitingProps {
  readonly name: string
  readonly provider: ProviderView
}

export function Waiting({ name, provider }: WaitingProps) {
  const mode = useMode()
  const href = useHref()
  const source = useSources().data?.data.find(
    (one) => one.name === name && one.mode === mode && one.provider === provider.name,
  )
  const hasSecret = source !== undefined && source.handshake !== 'secret_missing'
  const event = source?.lastEvent
  return (
    <aside
      aria-label="Progress"
      className="card flex flex-col gap-4 self-start p-4 xl:sticky xl:top-2"
    >
      <h2 className="font-medium">This card follows along</h2>
      <ol className="flex flex-col gap-3" aria-live="polite">
        <Item isDone={source !== undefined} text="The source is in the app">
          {source === undefined && 'Paste the lines and save the file.'}
        </Item>
        <Item isDone={hasSecret} text="It can check who calls">
          {source !== undefined && !hasSecret && 'Store its secret.'}
        </Item>
        <Item isDone={event != null} text="Its first event has arrived">
          {event && (
            <Link
              href={href(`/events/${event.id}`)}
              className="underline decoration-edge underline-offset-2"
            >
              {event.type}
            </Link>
          )}
        </Item>
      </ol>
      {source && <TestEvent source={name} />}
      {event && (
        <Link href={href('/sources')} className="font-medium text-accent">
          All sources
        </Link>
      )}
    </aside>
  )
}

interface ItemProps {
  readonly isDone: boolean
  readonly text: string
  readonly children: React.ReactNode
}

function Item({ isDone, text, children }: ItemProps) {
  return (
    <li className="flex gap-2.5">
      <span
        className={`mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full ${
          isDone ? 'bg-ok-soft text-ok' : 'border border-edge text-muted'
        }`}
      >
        {isDone && <Icon name="check" size={10} />}
      </span>
      <div>
        <p className={isDone ? '' : 'text-muted'}>
          {text}
          <span className="sr-only">{isDone ? ': done' : ': not yet'}</span>
        </p>
        {children && <p className="text-xs text-muted">{children}</p>}
      </div>
    </li>
  )
}
