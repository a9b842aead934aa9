/** The step in which an event was verified: with which secret, and never the secret. */
import type { EventDetail, VerifiedWithView } from 'hookline/client'
import { Link } from 'wouter'
import { useHref } from '../../mode.ts'
import { Step } from './step.tsx'

const origins: Readonly<Record<string, string>> = {
  vault: 'in the vault',
  environment: 'in the environment',
  '.env.local': 'in .env.local',
  code: "in the app's code",
  dev: 'made for dev',
}

export function Verified({ event }: { readonly event: EventDetail }) {
  const { verifiedWith, source } = event
  return (
    <Step icon="shield" tone="ok" title="Verified">
      The signature over the raw bytes is that of <b className="font-medium">{source}</b>
      {verifiedWith === null ? '.' : ', with this secret:'}
      {verifiedWith && (
        <dl
          aria-label="The secret that verified it"
          className="mt-1 grid grid-cols-[max-content_1fr] gap-x-3 text-xs"
        >
          <Place verifiedWith={verifiedWith} />
          {verifiedWith.fingerprint !== null && (
            <>
              <dt>Fingerprint</dt>
              <dd className="font-mono text-text">{verifiedWith.fingerprint}</dd>
            </>
          )}
          {verifiedWith.of > 1 && (
            <>
              <dt>Which one</dt>
              <dd className="text-text">{whichText(verifiedWith)}</dd>
            </>
          )}
        </dl>
      )}
    </Step>
  )
}

/** Its name where it has one; else only where it is. */
function Place({ verifiedWith: { name, origin } }: { readonly verifiedWith: VerifiedWithView }) {
  const href = useHref()
  if (name === null) {
    return (
      <>
        <dt>Place</dt>
        <dd className="text-text">{origins[origin] ?? origin}</dd>
      </>
    )
  }
  return (
    <>
      <dt>Name</dt>
      <dd className="min-w-0 text-text">
        <Link
          href={href('/keys')}
          className="font-mono break-all underline decoration-edge underline-offset-2"
        >
          {name}
        </Link>{' '}
        <span className="text-muted">{origins[origin] ?? ''}</span>
      </dd>
    </>
  )
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth']

/** Several are good while one takes the place of another. */
function whichText({ position, of }: VerifiedWithView): string {
  if (position === 1) return `the newest of ${of} that were good`
  const ordinal = ordinals[position - 1] ?? `number ${position}`
  return `${ordinal} of ${of} that were good, from the newest on`
}
