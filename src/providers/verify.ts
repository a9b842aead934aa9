/** Verifies a request by a provider's scheme, then reads the event's fields where its declaration says. */
import type { Declaration } from './declaration.ts'
import { type Find, findIn, headersOf, modeField, textField, timeField } from './fields.ts'
import type { BatchedEvent, Verified, VerifiedEvent, VerifyOutcome } from './outcome.ts'
import type { VerifyContext, WebhookRequest } from './request.ts'
import { findHeaders, type ParsePayload, Reading, type WantedHeaders } from './schemes/reading.ts'
import { type Matched, refused, type Scheme } from './schemes/scheme.ts'

/** A declaration made ready for requests. */
export interface Verifier {
  readonly declaration: Declaration
  readonly parse: ParsePayload
  readonly schemes: ReadonlyMap<string, { readonly scheme: Scheme; readonly wanted: WantedHeaders }>
}

/** The name under which a provider's only scheme is kept. */
export const onlyScheme = ''

export function makeVerifier(declaration: Declaration, parse: ParsePayload): Verifier {
  const fieldHeaders = headersOf(declaration.event)
  const schemes = Object.entries(schemesOf(declaration)).map(([name, scheme]) => {
    const names = new Set([...scheme.headers, ...fieldHeaders])
    return [name, { scheme, wanted: { names, repeatable: new Set(scheme.repeatable) } }] as const
  })
  return { declaration, parse, schemes: new Map(schemes) }
}

export function schemesOf({ scheme }: Declaration): Readonly<Record<string, Scheme>> {
  return isScheme(scheme) ? { [onlyScheme]: scheme } : scheme
}

function isScheme(scheme: Declaration['scheme']): scheme is Scheme {
  return typeof scheme.verify === 'function'
}

/** The scheme that a source is set to, or the provider's first; undefined for a name it does not have. */
export function selectScheme(verifier: Verifier, name: string | undefined) {
  const selected = verifier.schemes.get(name ?? onlyScheme)
  if (selected || (name !== undefined && !verifier.schemes.has(onlyScheme))) return selected
  return verifier.schemes.values().next().value
}

export function verifyRequest(
  verifier: Verifier,
  request: WebhookRequest,
  context: VerifyContext,
): VerifyOutcome | Promise<VerifyOutcome> {
  const selected = selectScheme(verifier, context.settings?.scheme)
  if (!selected) return refused('setting_missing')
  const headers = findHeaders(request.headers, selected.wanted)
  if ('repeated' in headers) {
    const isSigned = selected.scheme.headers.includes(headers.repeated)
    return refused(isSigned ? 'signature_repeated' : 'header_repeated')
  }
  const reading = new Reading(request, headers, verifier.parse)
  const matched = selected.scheme.verify(reading, context)
  const conclude = (outcome: Awaited<typeof matched>) =>
    outcome.ok ? verified(verifier, selected.scheme, reading, outcome) : outcome
  return matched instanceof Promise ? matched.then(conclude) : conclude(matched)
}

/** Fields are read when asked for: many callers want only to know who called. */
function verified(
  verifier: Verifier,
  scheme: Scheme,
  reading: Reading,
  matched: Matched,
): Verified {
  const whole = {
    ok: true,
    secretIndex: matched.secretIndex,
    bodyAuthenticated: scheme.facts.bodyAuthenticated,
  } as const
  const { batch } = verifier.declaration
  if (!batch) return withFields(verifier, whole, findIn(reading, matched))
  return {
    ...withFields(verifier, whole, findIn(reading, matched)),
    events: batch(reading.request.body)?.map((body) => batched(verifier, reading, matched, body)),
  }
}

/** One element of a batch: its places in the body count from the element. */
function batched(
  verifier: Verifier,
  { request, headers }: Reading,
  matched: Matched,
  body: Uint8Array,
): BatchedEvent {
  const element = new Reading({ ...request, body }, headers, verifier.parse)
  return withFields(verifier, { body }, findIn(element, matched))
}

function withFields<Base extends object>(
  { declaration: { event } }: Verifier,
  base: Base,
  find: Find,
): Base & VerifiedEvent {
  return {
    ...base,
    get dedupeKey() {
      return textField(event.id, find)
    },
    get type() {
      return textField(event.type, find)
    },
    get occurredAt() {
      return timeField(event.occurredAt, find)
    },
    get mode() {
      return modeField(event.mode, find)
    },
  }
}
