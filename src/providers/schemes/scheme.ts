/**
 * The seam between a provider's declaration and the way its requests are signed. A scheme finds
 * what it needs in the request, verifies and signs; it knows no company and reads no event.
 */

import type { SecretShape } from '../../signing/secret.ts'
import type { Refused, RefusedReason } from '../outcome.ts'
import type { SignOptions, VerifyContext } from '../request.ts'
import type { Reading } from './reading.ts'

export interface Scheme {
  /** The headers that it reads, in lower case. Any of them twice refuses the request. */
  readonly headers: readonly string[]
  /** Those of them that may come several times; their values are joined with `, `. */
  readonly repeatable?: readonly string[]
  /** For the documentation page. */
  readonly facts: SchemeFacts
  verify(reading: Reading, context: VerifyContext): SchemeOutcome | Promise<SchemeOutcome>
  /** What the provider would send for this body. */
  sign(body: Uint8Array, options: SchemeSignOptions): Signed
  newSecrets(): SecretPair
}

/** The id is always given: it may stand in several headers. */
export type SchemeSignOptions = SignOptions & { readonly id: string }

export type SchemeOutcome = Matched | Refused

export interface Matched {
  readonly ok: true
  readonly secretIndex: number
  /** The id that the signature covers, where it covers one. */
  readonly id?: string
  /** Where it depends on the request. Absent: as the scheme's facts say. */
  readonly bodyAuthenticated?: boolean
}

export interface Signed {
  readonly headers: [name: string, value: string][]
  /** Where the signature stands inside the body, the body with it. */
  readonly body?: Uint8Array
  /** Where a part of the URL is signed for this body, the URL with it. */
  readonly url?: string
}

/** Equal but for key pairs, where `secret` is the public half that the receiver is given. */
export interface SecretPair {
  readonly secret: string
  readonly signingSecret: string
}

export interface SchemeFacts {
  /** Such as `HMAC-SHA256, hexadecimal`. */
  readonly algorithm: string
  /** The names as the provider writes them. */
  readonly headers: readonly string[]
  /** What is signed, as a template; undefined where nothing is. */
  readonly signed?: string
  readonly toleranceSeconds?: number
  /** How far the time may be ahead, where that is less than how old it may be. */
  readonly futureToleranceSeconds?: number
  readonly bodyAuthenticated: boolean
  /** How the secret becomes a key. */
  readonly key: string
  /** The scheme reads inside the body, which must then be what the provider always sends. */
  readonly needsPayload?: boolean
}

export function refused(reason: RefusedReason): Refused {
  return { ok: false, reason }
}

/** How a secret becomes a key, in words. */
export function keyFact({ form, prefix, unprefixed }: SecretShape): string {
  if (form === 'text') return 'the secret as it is'
  const prefixes = typeof prefix === 'string' ? [prefix] : (prefix ?? [])
  const after = prefixes.length > 0 ? ` after ${prefixes.map((p) => `\`${p}\``).join(' or ')}` : ''
  const otherwise = unprefixed === 'text' ? '; without the prefix, as it is' : ''
  return `the secret, ${form}-decoded${after}${otherwise}`
}
