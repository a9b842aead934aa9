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
          <dt>Position</dt>
          <dd className="text-text">{positionText(verifiedWith)}</dd>
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

function positionText({ position, of }: VerifiedWithView): string {
  if (of === 1) return 'the only one that was good'
  return position === 1 ? `the newest of ${of}` : `${position} of ${of}, the newest first`
}
