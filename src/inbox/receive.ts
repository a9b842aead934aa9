/**
 * The spine of a webhook coming in: read the bytes, check the caller, store, answer. It never runs
 * a handler and never answers 2xx before the commit returned.
 */
import type { Clock } from '../base/clock.ts'
import { type ErrorCode, errorText, HooklineError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { count, type Meter, observe } from '../base/meter.ts'
import type { Verified, VerifyContext } from '../providers/provider.ts'
import type { AcceptedEvent, Storage } from '../storage/storage.ts'
import { type DeliveriesFor, toNewEvents } from './accept.ts'
import { waitUntilHandled } from './handled.ts'
import { isDueToSecret } from './live-secrets.ts'
import type { Rejections } from './rejections.ts'
import { type RefusedRequest, reportRefusal } from './report.ts'
import { findSource, type Source, type Sources } from './sources.ts'

export interface Inbox {
  readonly sources: Sources
  readonly storage: Storage
  readonly rejections: Rejections
  readonly meter: Meter
  readonly clock: Clock
  readonly log: Log
  readonly deliveriesFor: DeliveriesFor
  /** For certificates and key sets, to public addresses alone. */
  readonly fetch: typeof globalThis.fetch
}

export interface IncomingWebhook {
  readonly source: string
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Reads the body whole, or says why that was not possible. */
  readonly readBody: (bodyBytesMax: number) => Promise<Uint8Array | BodyFault>
  /** The address that it came from; asked for only where it is refused. */
  readonly remote?: () => string | undefined
}

export type BodyFault = 'body_too_large' | 'body_incomplete'

export type Answer =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }
  | {
      readonly kind: 'problem'
      readonly code: ErrorCode
      readonly detail: string
      /** Where the provider expects another status than the code's own. */
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
    }

/** Seconds after which a sender may try again when the database could not store. */
const retryAfterSeconds = '5'

export async function receive(inbox: Inbox, incoming: IncomingWebhook): Promise<Answer> {
  const arrivedAt = performance.now()
  try {
    const source = findSource(inbox.sources, incoming.source)
    const fault = refuseForm(source, incoming)
    if (fault) return fault
    const body = await incoming.readBody(source.bodyBytesMax)
    if (typeof body === 'string') return bodyProblem(body, source)
    const { method, url, headers, remote } = incoming
    const answer = await receiveBytes(inbox, source, { method, url, headers, body, remote })
    observe(inbox.meter, 'ack_ms', source.name, performance.now() - arrivedAt)
    return answer
  } catch (error) {
    return failureProblem(inbox, error)
  }
}

async function receiveBytes(
  inbox: Inbox,
  source: Source,
  request: RefusedRequest['request'],
): Promise<Answer> {
  const receivedAt = inbox.clock.now()
  let context: VerifyContext = {
    secrets: source.secrets,
    now: Math.floor(receivedAt / 1000),
    settings: source.settings,
    fetch: inbox.fetch,
  }
  if (source.provider.handshake) {
    const challenge = await source.provider.handshake(request, context)
    if (challenge) return { kind: 'answer', headers: {}, body: '', ...challenge }
  }
  if (request.method !== 'POST') return methodProblem(source)
  const verified = source.provider.verify(request, context)
  let outcome = verified instanceof Promise ? await verified : verified
  if (!outcome.ok && source.live && isDueToSecret(outcome.reason)) {
    const tried = context.secrets
    context = await withNewSecrets(source, context)
    if (context.secrets !== tried) outcome = await source.provider.verify(request, context)
  }
  if (!outcome.ok) return refuse(inbox, { source, request, reason: outcome.reason, receivedAt })
  const { secrets } = context
  return await accept(inbox, source, { request, outcome, secrets, receivedAt })
}

/** With the secrets of this moment, which may be those that were tried. */
async function withNewSecrets(source: Source, context: VerifyContext): Promise<VerifyContext> {
  // What can not be looked up now is refused now: the sender tries again.
  await source.live?.check().catch(() => {})
  return { ...context, secrets: source.secrets }
}

async function accept(
  inbox: Inbox,
  source: Source,
  arrived: {
    request: RefusedRequest['request']
    outcome: Verified
    secrets: readonly string[]
    receivedAt: number
  },
): Promise<Answer> {
  const { request, receivedAt } = arrived
  const events = toNewEvents(source, arrived, inbox.deliveriesFor)
  if (events.some((event) => event.mode !== source.mode)) {
    return refuse(inbox, { source, request, reason: 'mode_differs', receivedAt })
  }
  if (source.live) source.live.isUsed = true
  const accepted = await inbox.storage
    .acceptEvents(events)
    .catch((error) => failStoring(inbox, source, error))
  countAccepted(inbox, source, accepted)
  if (source.respond === 'handled') {
    const ids = accepted.map(({ id }) => id)
    await waitUntilHandled(inbox.storage, ids, source.respondWithinMs)
  }
  return answerAccepted(source, accepted)
}

function countAccepted(inbox: Inbox, source: Source, accepted: readonly AcceptedEvent[]): void {
  for (const { id, duplicate, conflict } of accepted) {
    count(inbox.meter, duplicate ? 'duplicates' : 'received', source.name)
    if (conflict)
      inbox.log.warn('a repeated event came with other bytes', { event: id, source: source.name })
  }
}

function failStoring(inbox: Inbox, source: Source, error: unknown): never {
  count(inbox.meter, 'unstored', source.name)
  // Whether the commit reached the disk may be unknown. The sender tries again; the key dedupes.
  throw new HooklineError(
    'accept_uncertain',
    'The event could not be stored. The database is likely full, locked or closing. Send it ' +
      'again; a repeat is recognised.',
    { cause: error },
  )
}

function answerAccepted(source: Source, accepted: readonly AcceptedEvent[]): Answer {
  const inItsManner = source.provider.reply.accepted
  if (inItsManner) return { kind: 'answer', headers: {}, body: '', ...inItsManner }
  const id = accepted[0]?.id ?? null
  const duplicate = accepted.length > 0 && accepted.every((event) => event.duplicate)
  const more = accepted.length > 1 ? { ids: accepted.map((event) => event.id) } : {}
  return {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ received: true, id, duplicate, ...more }),
  }
}

/** What can be refused before a byte of the body is read. */
function refuseForm(source: Source, incoming: IncomingWebhook): Answer | undefined {
  const mayBeChallenge = source.provider.handshake && ['GET', 'HEAD'].includes(incoming.method)
  if (incoming.method !== 'POST' && !mayBeChallenge) return methodProblem(source)
  const encoding = headerOf(incoming, 'content-encoding')
  if (encoding && encoding.toLowerCase() !== 'identity') {
    return {
      kind: 'problem',
      code: 'content_encoding_unsupported',
      detail:
        'The body is compressed. Signatures are checked on the bytes as signed. Send it ' +
        'uncompressed.',
    }
  }
  const announced = Number(headerOf(incoming, 'content-length') ?? 0)
  return announced > source.bodyBytesMax ? bodyProblem('body_too_large', source) : undefined
}

function headerOf({ headers }: Pick<IncomingWebhook, 'headers'>, name: string): string | undefined {
  for (const [known, value] of headers) {
    if (known.length === name.length && known.toLowerCase() === name) return value
  }
  return undefined
}

function methodProblem(source: Source): Answer {
  const allow = source.provider.handshake ? 'GET, HEAD, POST' : 'POST'
  return {
    kind: 'problem',
    code: 'method_not_allowed',
    detail: `A webhook is sent with POST. This path allows ${allow}.`,
    headers: { allow },
  }
}

function bodyProblem(code: BodyFault, source: Source): Answer {
  const detail =
    code === 'body_too_large'
      ? `The body is over ${source.bodyBytesMax} bytes and was not read. Raise bodyBytesMax of ` +
        `this source if its events are that large.`
      : 'The connection ended before the body was whole. Nothing was stored. Send it again.'
  // The rest of the body is not read, so the connection can not be used for another request.
  return { kind: 'problem', code, detail, headers: { connection: 'close' } }
}

/** The same answer for every reason: a sender that guesses learns nothing from it. */
function refuse(inbox: Inbox, refused: RefusedRequest): Answer {
  reportRefusal(inbox, refused)
  return {
    kind: 'problem',
    code: 'webhook_refused',
    detail: 'The request could not be verified. Nothing was stored.',
    status: refused.source.provider.reply.refusedStatus,
  }
}

function failureProblem(inbox: Inbox, error: unknown): Answer {
  const known = error instanceof HooklineError ? error : undefined
  if (known && known.status < 500) {
    return { kind: 'problem', code: known.code, detail: known.message }
  }
  inbox.log.error('could not take a webhook', { error: errorText(known?.cause ?? error, 500) })
  return {
    kind: 'problem',
    code: known?.code ?? 'accept_uncertain',
    detail:
      known?.message ?? 'The event was not stored because of a fault in the server. Send it again.',
    headers: { 'retry-after': retryAfterSeconds },
  }
}
