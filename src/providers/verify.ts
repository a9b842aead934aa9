/**
 * Verifies a request by a provider's scheme, then reads the event's fields where its declaration
 * says.
 */
import type { Declaration } from './declaration.ts'
import { headersOf, memberNamesOf } from './fields.ts'
import type { VerifyOutcome } from './outcome.ts'
import type { VerifyContext, WebhookRequest } from './request.ts'
import {
  findHeaders,
  type ParsePayload,
  Reading,
  type WantedHeaders,
  wantHeaders,
} from './schemes/reading.ts'
import { refused, type Scheme } from './schemes/scheme.ts'
import { VerifiedRequest } from './verified.ts'

/** A declaration made ready for requests. */
export interface Verifier {
  readonly declaration: Declaration
  readonly parse: ParsePayload
  /** The members of a JSON payload beside which the fields read nothing of it. */
  readonly memberNames: readonly string[]
  readonly schemes: ReadonlyMap<string, { readonly scheme: Scheme; readonly wanted: WantedHeaders }>
}

/** The name under which a provider's only scheme is kept. */
export const onlyScheme = ''

export function makeVerifier(declaration: Declaration, parse: ParsePayload): Verifier {
  const fieldHeaders = headersOf(declaration.event)
  const schemes = Object.entries(schemesOf(declaration)).map(([name, scheme]) => {
    const wanted = wantHeaders([...scheme.headers, ...fieldHeaders], scheme.repeatable)
    return [name, { scheme, wanted }] as const
  })
  const memberNames = declaration.parse ? [] : memberNamesOf(declaration.event)
  return { declaration, parse, memberNames, schemes: new Map(schemes) }
}

export function schemesOf({ scheme }: Declaration): Readonly<Record<string, Scheme>> {
  return isScheme(scheme) ? { [onlyScheme]: scheme } : scheme
}

function isScheme(scheme: Declaration['scheme']): scheme is Scheme {
  return typeof scheme.verify === 'function'
}

/**
 * The scheme that a source is set to, or the provider's first; undefined for a name it does not
 * have.
 */
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
  const reading = new Reading(request, headers, verifier.parse, verifier.memberNames)
  const matched = selected.scheme.verify(reading, context)
  const conclude = (outcome: Awaited<typeof matched>) =>
    outcome.ok
      ? new VerifiedRequest(verifier.declaration, selected.scheme, reading, outcome)
      : outcome
  return matched instanceof Promise ? matched.then(conclude) : conclude(matched)
}
