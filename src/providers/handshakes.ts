/**
 * How registration challenges are answered. An unsigned challenge gets nothing but its own text
 * back, and only with the agreed token; whatever needs the secret is answered after the signature
 * matched.
 */
import { decodeUtf8 } from '../base/bytes.ts'
import { parseJson, valueAt } from '../base/json.ts'
import type { Handshake } from './declaration.ts'
import type { Verified } from './outcome.ts'
import type { ProviderReply, VerifyContext, WebhookRequest } from './request.ts'
import { isSameSecret } from './schemes/token.ts'

/** A longer body is no challenge: theirs are a few hundred bytes. */
const challengeBytesMax = 8_192
/** Longer texts are not sent back. */
const echoCharactersMax = 1_024

/** For providers that ask with HEAD whether the URL is there. */
export const answerHead: Handshake = ({ method }) => (method === 'HEAD' ? { status: 200 } : null)

export interface SignedChallenge {
  /** Whether it may be one, before anything is verified: cheap, and free to be wrong. */
  readonly mayBe: (request: WebhookRequest) => boolean
  /**
   * From the verified payload; null where it is no challenge after all. `secret` made the
   * signature.
   */
  readonly answer: (payload: unknown, secret: string) => ProviderReply | null
}

/** For challenges that are signed as every other request: answered only where that matches. */
export function signedChallenge({ mayBe, answer }: SignedChallenge): Handshake {
  return (request, context, verify) => {
    if (request.method !== 'POST' || request.body.byteLength > challengeBytesMax) return null
    if (!mayBe(request)) return null
    return Promise.resolve(verify()).then((outcome) =>
      outcome.ok ? answer(payloadOf(request), secretOf(outcome, context)) : null,
    )
  }
}

/** For `mayBe`: whether the bytes hold these, wherever that is. */
export function bodyHolds(text: string): SignedChallenge['mayBe'] {
  return ({ body }) => Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(text)
}

/** The text that the challenge holds at a path, sent back as plain text. */
export function echo(payload: unknown, path: string): ProviderReply | null {
  return echoText(valueAt(payload, path))
}

/** WebSub, as Meta has it: a GET with the agreed token, whose challenge is sent back. */
export const answerVerifyToken: Handshake = (request, { settings }) => {
  const expected = settings?.verifyToken
  if (request.method !== 'GET' || !expected?.trim()) return null
  const query = new URLSearchParams(request.url.split('#', 1)[0]?.split('?').slice(1).join('?'))
  const only = (name: string) => {
    const [value, ...others] = query.getAll(name)
    return others.length === 0 ? value : undefined
  }
  const token = only('hub.verify_token')
  if (only('hub.mode') !== 'subscribe' || token === undefined) return null
  return isSameSecret(token, expected) ? echoText(only('hub.challenge')) : null
}

/** As text that no browser takes for a page: the caller chose it. */
function echoText(text: unknown): ProviderReply | null {
  if (typeof text !== 'string' || text === '' || text.length > echoCharactersMax) return null
  const headers = { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' }
  return { status: 200, headers, body: text }
}

function payloadOf({ body }: WebhookRequest): unknown {
  const text = decodeUtf8(body)
  return text === undefined ? undefined : parseJson(text)
}

function secretOf({ secretIndex }: Verified, { secrets }: VerifyContext): string {
  return secrets[secretIndex] ?? ''
}
