/** How a sender is declared that is in no list, as lines for its author to paste and change. */
import { Lines } from './lines.tsx'

export const anySenderId = 'any-other-sender'

const imports = "import { custom } from 'hookline'"
const declaration = [
  'const acme = custom({',
  "  name: 'acme',",
  "  signature: { header: 'X-Acme-Signature', prefix: 'sha256=' },",
  "  event: { id: 'body:id', type: 'body:event' },",
  '})',
].join('\n')

export function AnySender() {
  return (
    <section
      id={anySenderId}
      aria-labelledby={`${anySenderId}-title`}
      className="card flex min-w-0 flex-col gap-3 p-4"
    >
      <h2 id={`${anySenderId}-title`} className="font-medium">
        Any other sender
      </h2>
      <p className="max-w-prose text-muted">
        Say in the app's file which header holds its signature, an HMAC over the body, and where the
        id and the type of an event are. Its secret is looked up as{' '}
        <code className="font-mono text-xs">ACME_WEBHOOK_SECRET</code>.
      </p>
      <Lines title="To the app's imports" text={imports} />
      <Lines title="Before hookline({ … })" text={declaration} />
      <Lines title="Into sources: { … }" text="acme," />
    </section>
  )
}
