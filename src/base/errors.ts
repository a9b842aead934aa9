/**
 * Every failure that Hookline can report, declared once: its stable code, its HTTP status and its
 * title. Outcomes such as a bad signature are values, not errors; they do not live here.
 */
import { scrub } from './scrub.ts'

/**
 * `code: [HTTP status, title]`. docs/reference/errors.md describes each; a test holds the two
 * equal.
 */
export const errorCodes = {
  accept_uncertain: [503, 'The event could not be stored'],
  admin_keys_full: [409, 'There are as many admin keys as there may be'],
  admin_required: [401, 'An admin key or a sign-in is needed'],
  api_key_missing: [503, 'The API has no key on this server'],
  api_key_refused: [502, 'The API refused the key of this server'],
  api_unknown: [404, 'No API has this name'],
  audit_broken: [500, 'The audit log is not what was written'],
  body_incomplete: [400, 'The request ended before its body did'],
  body_too_large: [413, 'The body is over the limit'],
  call_limit_reached: [429, 'The budget for calls is spent'],
  call_path_invalid: [400, 'Not a path that can be called'],
  call_refused: [403, 'This call is not allowed'],
  call_timed_out: [504, 'The API did not answer in time'],
  config_invalid: [500, 'The configuration is not usable'],
  connect_by_hand: [409, 'The endpoint has to be made by hand'],
  connect_drift: [500, 'The endpoint is not what the app wants'],
  connect_nothing: [409, 'There is nothing to subscribe to'],
  content_encoding_unsupported: [415, 'This Content-Encoding is not supported'],
  delivery_state: [409, 'The delivery is not in a state that allows this'],
  doctor_findings: [500, 'The doctor found traps'],
  document_path_invalid: [400, 'Not a document path'],
  document_path_reserved: [403, 'This path belongs to Hookline'],
  document_too_large: [413, 'The document is over the limit'],
  document_version: [412, 'The document has another version'],
  egress_failed: [502, 'The outgoing call failed'],
  egress_refused: [502, 'The outgoing call is not allowed'],
  endpoint_refused: [502, 'The provider did not take the endpoint'],
  event_awaited: [504, 'No event has come yet'],
  handler_timeout: [500, 'The handler did not end in time'],
  internal: [500, 'Something went wrong inside Hookline'],
  key_damaged: [500, 'The key can not be opened'],
  key_refused: [400, 'The value can not be what the name says'],
  key_unknown: [404, 'The vault has no such key'],
  master_key_wrong: [500, 'The master key is another one'],
  method_not_allowed: [405, 'The method is not allowed here'],
  not_found: [404, 'Nothing is here'],
  origin_refused: [403, 'The request came from another site'],
  payload_invalid: [400, 'The request is not understood'],
  port_in_use: [500, 'The port is taken'],
  runtime_too_old: [500, 'This Node is too old'],
  scope_missing: [403, 'The admin key does not allow this'],
  secret_hidden: [409, 'The new secret would not be used'],
  server_unreachable: [500, 'The server does not answer'],
  sign_in_invalid: [401, 'The sign-in link is not valid'],
  snapshot_too_large: [413, 'Too many documents for one stream'],
  source_unknown: [404, 'No source has this name'],
  storage_closed: [503, 'The database is closed'],
  storage_failed: [503, 'The database could not do it'],
  storage_full: [503, 'The disk is full'],
  storage_incompatible: [500, 'The database is of another version'],
  token_forbidden: [403, 'The token does not allow this'],
  token_invalid: [401, 'The token is not valid'],
  too_many_attempts: [429, 'Too many wrong keys'],
  transaction_ended: [500, 'The attempt is over'],
  vault_locked: [503, 'The vault can not be used'],
  webhook_refused: [400, 'The request was refused'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ErrorCode = keyof typeof errorCodes

/**
 * A failure with a stable code. The message says what happened, likely why, and what to do.
 * It never holds a secret.
 */
export class HooklineError extends Error {
  override readonly name = 'HooklineError'
  readonly code: ErrorCode
  readonly status: number
  readonly title: string

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.code = code
    this.status = errorCodes[code][0]
    this.title = errorCodes[code][1]
  }
}

/** Longer texts are cut before they are looked through. */
const scrubbedCharactersMax = 65_536

/**
 * The text of anything that was thrown, bounded and without known secrets, for logs and for the
 * attempt's record.
 */
export function errorText(thrown: unknown, charactersMax = 8_000): string {
  // Before it is cut, because half a secret would not be found.
  return scrub(describe(thrown).slice(0, scrubbedCharactersMax)).slice(0, charactersMax)
}

function describe(thrown: unknown): string {
  try {
    if (thrown instanceof Error) {
      // Anybody may have set it to anything.
      const stack: unknown = thrown.stack
      return typeof stack === 'string' ? stack : `${thrown.name}: ${thrown.message}`
    }
    if (typeof thrown === 'string') return thrown
    return `A value that is not an Error was thrown: ${JSON.stringify(thrown) ?? String(thrown)}`
  } catch {
    return 'A value that can not be shown was thrown.'
  }
}
