/** One source: its address, how far it is connected, its secrets, and what came. */
import type { Handshake, SourceView } from 'hookline/client'
import { Link } from 'wouter'
import { useHref } from '../../mode.ts'
import { CopyButton } from '../../parts/copy.tsx'
import { Badge, type Tone } from '../../parts/status.tsx'
import { Ago, spanText } from '../../parts/time.tsx'
import { ConnectSteps } from './connect-steps.tsx'
import { SourceSecrets } from './source-secrets.tsx'
import { SourceTypes } from './source-types.tsx'
import { TestEvent } from './test-event.tsx'

const states: Readonly<Record<Handshake, readonly [tone: Tone, text: string]>> = {
  verified: ['ok', 'works'],
  waiting: ['info', 'waiting for its first event'],
  secret_missing: ['bad', 'secret missing'],
}

export function SourceCard({ source }: { readonly source: SourceView }) {
  const { name, provider, path, handshake } = source
  const [tone, text] = states[handshake]
  return (
    <li aria-label={name} className="card flex min-w-0 flex-col gap-4 p-4">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="text-base font-semibold break-all">{name}</h2>
        {provider !== name && <span className="text-muted">{provider}</span>}
        <span className="ml-auto">
          <Badge tone={tone}>{text}</Badge>
        </span>
      </header>
      <Address path={path} />
      {source.isQuiet && <Quiet source={source} />}
      <ConnectSteps source={source} />
      <SourceSecrets source={source} />
      <SourceTypes source={source} />
      <TestEvent source={name} />
      <Foot source={source} />
    </li>
  )
}

/** Where the provider posts, as far as this page knows it. */
export function Address({ path }: { readonly path: string }) {
  const address = `${location.origin}${path}`
  return (
    <div className="flex min-w-0 items-center gap-1 rounded-md bg-sunken py-0.5 pr-0.5 pl-2.5">
      <code className="min-w-0 flex-1 truncate font-mono text-xs" title={address}>
        {address}
      </code>
      <CopyButton text={address} label="Copy the address" />
    </div>
  )
}

function Quiet({ source }: { readonly source: SourceView }) {
  const { usualGapMs } = source
  return (
    <p role="note" className="rounded-md bg-warn-soft px-3 py-2 text-warn">
      Quiet for longer than usual
      {usualGapMs === null ? '.' : `: its longest silence so far was ${spanText(usualGapMs)}.`} Look
      whether the provider still has the address above.
    </p>
  )
}

function Foot({ source }: { readonly source: SourceView }) {
  const { name, handlers, lastEvent } = source
  const href = useHref()
  return (
    <footer
      className="mt-auto flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line
        pt-3 text-xs text-muted"
    >
      <span>{handlers.length === 1 ? '1 handler' : `${handlers.length} handlers`}</span>
      {lastEvent ? (
        <Link
          href={href(`/events/${lastEvent.id}`)}
          className="min-w-0 truncate underline decoration-edge underline-offset-2 hover:text-text"
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
  )
}
