/**
 * What comes out of verification: an event, or the reason why there is none. Never an exception.
 */
import type { Mode } from '../base/mode.ts'

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
  | 'id_malformed'
  | 'header_repeated'
  | 'setting_missing'
  | 'certificate_refused'
  | 'certificate_unavailable'
  | 'claim_mismatch'
  | 'body_malformed'

/** One event found in a verified request. */
export interface VerifiedEvent {
  /**
   * Equal for every delivery of the same event; where the provider has none, the caller hashes the
   * body.
   */
  readonly dedupeKey?: string | undefined
  readonly type?: string | undefined
  /** When it happened at the provider, in whole milliseconds since 1970. */
  readonly occurredAt?: number | undefined
  readonly mode?: Mode | undefined
}

export interface Verified extends VerifiedEvent {
  readonly ok: true
  /** Which of the secrets matched. */
  readonly secretIndex: number
  /** False where the scheme proves who called but not what the body says. */
  readonly bodyAuthenticated: boolean
  /**
   * Where one request carries many: each with its own bytes, cut out of the body. Absent: it is one
   * event.
   */
  readonly events?: readonly BatchedEvent[] | undefined
}

export interface BatchedEvent extends VerifiedEvent {
  readonly body: Uint8Array
}

export interface Refused {
  readonly ok: false
  readonly reason: RefusedReason
}

export type VerifyOutcome = Verified | Refused
