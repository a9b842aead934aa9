/**
 * What a provider is: the shape of its declaration, of a request to check and of the outcome. The
 * declaration is data; what derives from it (verify, sign, docs) is made once, for all of them.
 */
import type { Json } from '../base/json.ts'
import type { Mode } from '../base/mode.ts'

/** A request as it came. Headers in order, repeats kept; the body as bytes, never a decoding of them. */
export interface WebhookRequest {
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

/** Settings that some providers need; all optional, by provider. */
export interface ProviderSettings {
  /** The exact URL registered with the provider. */
  readonly publicUrl?: string
  /** Seconds that a timestamp may differ from `now`. */
  readonly toleranceSeconds?: number
}

export interface VerifyContext {
  /** Any one of them may match: that is how a secret is rotated. */
  readonly secrets: readonly string[]
  /** Unix seconds. */
  readonly now: number
  readonly settings?: ProviderSettings
  /** The only way to the network, for certificates and key sets. */
  readonly fetch?: typeof globalThis.fetch
}

export type RefusedReason =
  | 'secret_missing'
  | 'signature_missing'
  | 'signature_malformed'
  | 'signature_repeated'
  | 'signature_mismatch'
  | 'timestamp_missing'
  | 'timestamp_malformed'
  | 'timestamp_too_old'
  | 'timestamp_in_future'
  | 'id_missing'
  | 'body_malformed'

/** One event found in a verified request. */
export interface VerifiedEvent {
  /** Equal for every delivery of the same event; where the provider has none, the caller hashes the body. */
  readonly dedupeKey?: string
  readonly type?: string
  /** When it happened at the provider, in milliseconds since 1970. */
  readonly occurredAt?: number
  readonly mode?: Mode
}

export interface Verified extends VerifiedEvent {
  readonly ok: true
  /** Which of the secrets matched. */
  readonly secretIndex: number
  /** False where the scheme proves who called but not what the body says. */
  readonly bodyAuthenticated: boolean
}

export interface Refused {
  readonly ok: false
  readonly reason: RefusedReason
}

export type VerifyOutcome = Verified | Refused

/** A provider as the rest of Hookline uses it, made from its declaration. */
export interface Provider {
  readonly name: string
  /** The environment variables that hold its webhook secret, most usual first. */
  readonly secretNames: readonly string[]
  verify(request: WebhookRequest, context: VerifyContext): VerifyOutcome | Promise<VerifyOutcome>
  /** The headers with which the provider would send this body, for the sandbox and tests. */
  sign(body: Uint8Array, options: SignOptions): [name: string, value: string][]
  /** The payload that a handler gets; undefined where the bytes hold none. */
  parse(body: Uint8Array): Json | undefined
}

export interface SignOptions {
  readonly secret: string
  /** Unix seconds. */
  readonly now: number
  readonly id?: string
  readonly type?: string
}
