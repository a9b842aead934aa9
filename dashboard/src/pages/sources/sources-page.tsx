/** Sources: where events come from, and what is missing before each is known to work. */
import type { Handshake, SourceView } from 'hookline/client'
import { Link } from 'wouter'
import { useSources } from '../../api/queries.ts'
import { useHref, useMode } from '../../mode.ts'
import { CopyButton } from '../../parts/copy.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Failure, Loading } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { Badge, type Tone } from '../../parts/status.tsx'
import { Ago, countText, spanText } from '../../parts/time.tsx'

export function SourcesPage() {
  const mode = useMode()
  const { data, error } = useSources()
  if (error) return <Failure error={error} />
  if (!data) return <Loading />
  const sources = data.data.filter((source) => source.mode === mode)
  return (
    <>
      <PageTitle title="Sources" about="Each one is a provider, its secret and an address here." />
      {sources.length === 0 ? (
        <Empty icon="source" title={`No source is in ${mode} mode`} command="npx hookline init">
          A source is named in the app's own file:{' '}
          <code className="font-mono text-xs">{'sources: { stripe: stripe() }'}</code>
        </Empty>
      ) : (
        <ul className="grid gap-4 px-4 pt-2 pb-8 lg:grid-cols-2 2xl:grid-cols-3">
          {sources.map((source) => (
            <SourceCard key={source.name} source={source} />
          ))}
        </ul>
      )}
    </>
  )
}

const states: Readonly<Record<Handshake, readonly [tone: Tone, text: string]>> = {
  verified: ['ok', 'works'],
  waiting: ['info', 'waiting for its first event'],
  secret_missing: ['bad', 'secret missing'],
}

function SourceCard({ source }: { readonly source: SourceView }) {
  const { name, provider, path, handshake, handlers, lastEvent } = source
  const href = useHref()
  const [tone, text] = states[handshake]
  const address = `${location.origin}${path}`
  return (
    <li className="card flex min-w-0 flex-col gap-3 p-4">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="text-base font-semibold">{name}</h2>
        <span className="text-muted">{provider}</span>
        <span className="ml-auto">
          <Badge tone={tone}>{text}</Badge>
        </span>
      </header>
      <div className="flex min-w-0 items-center gap-1 rounded-md bg-sunken py-0.5 pr-0.5 pl-2.5">
        <code className="min-w-0 flex-1 truncate font-mono text-xs" title={address}>
          {address}
        </code>
        <CopyButton text={address} label="Copy the address" />
      </div>
      <Steps source={source} />
      {source.isQuiet && <Quiet source={source} />}
      <Types source={source} />
      <footer
        className="mt-auto flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line
        pt-3 text-xs text-muted"
      >
        <span>{handlers.length === 1 ? '1 handler' : `${handlers.length} handlers`}</span>
        {lastEvent ? (
          <Link
            href={href(`/events/${lastEvent.id}`)}
            className="min-w-0 truncate underline decoration-edge underline-offset-2
              hover:text-text"
          >
            {lastEvent.type} <Ago at={lastEvent.receivedAt} />
          </Link>
        ) : (
          <span>No event yet</span>
        )}
        <Link
          href={href(`/events?source=${encodeURIComponent(name)}`)}
          className="ml-auto font-medium text-accent"
        >
          Its events
        </Link>
      </footer>
    </li>
  )
}

function Quiet({ source }: { readonly source: SourceView }) {
  const { usualGapMs } = source
  return (
    <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">
      Quiet for longer than usual
      {usualGapMs === null ? '.' : `: its longest silence so far was ${spanText(usualGapMs)}.`} Look
      whether the provider still has the address above.
    </p>
  )
}

const typesShown = 6

/** What came, and which of it no handler takes. */
function Types({ source }: { readonly source: SourceView }) {
  const { eventTypes, name } = source
  const href = useHref()
  if (eventTypes.length === 0) return null
  const hrefOf = (type: string) =>
    href(`/events?source=${encodeURIComponent(name)}&type=${encodeURIComponent(type)}`)
  return (
    <ul className="flex flex-col gap-1 text-xs">
      {eventTypes.slice(0, typesShown).map(({ type, received, handled }) => (
        <li key={type} className="flex items-center gap-2">
          <Link href={hrefOf(type)} className="min-w-0 flex-1 truncate hover:underline">
            {type}
          </Link>
          {!handled && <span className="text-warn">no handler</span>}
          <span className="text-muted tabular-nums">{countText(received)}</span>
        </li>
      ))}
      {eventTypes.length > typesShown && (
        <li className="text-muted">and {eventTypes.length - typesShown} more types</li>
      )}
    </ul>
  )
}

/** The handshake as four steps; the first one open is what is to be done next. */
function Steps({ source }: { readonly source: SourceView }) {
  const { handshake, handlers, name, provider } = source
  const hasSecret = handshake !== 'secret_missing'
  const isVerified = handshake === 'verified'
  const steps = [
    { isDone: true, text: 'In the app', next: '' },
    { isDone: hasSecret, text: 'Secret set', next: `Set the secret that ${provider} shows you.` },
    {
      isDone: isVerified,
      text: 'First event verified',
      next: `Register the address above with ${provider}, or send a test event.`,
    },
    {
      isDone: handlers.length > 0,
      text: 'Handled',
      next: `Add app.on('${name}', …) to the app's file.`,
    },
  ]
  const open = steps.find(({ isDone }) => !isDone)
  return (
    <div>
      <ol className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
        {steps.map(({ isDone, text }) => (
          <li
            key={text}
            className={`flex items-center gap-1.5 ${isDone ? 'text-ok' : 'text-muted'}`}
          >
            {isDone ? (
              <Icon name="check" size={12} />
            ) : (
              <span className="size-3 rounded-full border border-current" aria-hidden="true" />
            )}
            {text}
            <span className="sr-only">{isDone ? 'done' : 'not yet'}</span>
          </li>
        ))}
      </ol>
      {open && <p className="mt-2 text-sm">Next: {open.next}</p>}
    </div>
  )
}
