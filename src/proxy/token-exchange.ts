/**
 * Client credentials exchanged for a token (RFC 6749, section 4.4), kept in memory until shortly
 * before it ends. Calls that arrive together share one exchange.
 */
import type { Clock } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'
import { parseJson, valueAt } from '../base/json.ts'
import type { Api } from './api.ts'

export interface TokenCache {
  readonly clock: Clock
  readonly tokens: Map<string, Promise<ExchangedToken>>
}

interface ExchangedToken {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly renewAt: number
}

export interface TokenExchange {
  readonly tokenPath: string
  /** The client's id and secret, as basic authentication has them. */
  readonly pair: string
}

const renewBeforeMs = 60_000
const lifetimeSecondsDefault = 300
const exchangeMsMax = 10_000
const answerBytesMax = 65_536

export function newTokenCache(clock: Clock): TokenCache {
  return { clock, tokens: new Map() }
}

/** After the API refused it: the next call exchanges anew. */
export function forgetToken(cache: TokenCache, api: Api): void {
  cache.tokens.delete(api.name)
}

/** @throws HooklineError `api_key_refused`, `egress_failed`, `egress_refused`. */
export async function exchangedToken(
  cache: TokenCache,
  api: Api,
  exchange: TokenExchange,
): Promise<string> {
  const kept = cache.tokens.get(api.name)
  if (kept && (await kept).renewAt > cache.clock.now()) return (await kept).token
  // Another call may have begun one while this one waited.
  const begun = cache.tokens.get(api.name)
  if (begun && begun !== kept) return (await begun).token
  const fresh = exchangeToken(cache.clock, api, exchange)
  cache.tokens.set(api.name, fresh)
  fresh.catch(() => {
    if (cache.tokens.get(api.name) === fresh) cache.tokens.delete(api.name)
  })
  return (await fresh).token
}

async function exchangeToken(
  clock: Clock,
  api: Api,
  { tokenPath, pair }: TokenExchange,
): Promise<ExchangedToken> {
  const startedAt = clock.now()
  const answer = await api.exchange({
    method: 'POST',
    url: new URL(api.baseUrl.href.replace(/\/$/, '') + tokenPath),
    headers: [
      ['authorization', `Basic ${pair}`],
      ['content-type', 'application/x-www-form-urlencoded'],
      ['accept', 'application/json'],
      ['accept-encoding', 'identity'],
      ['user-agent', 'hookline'],
    ],
    body: Buffer.from('grant_type=client_credentials'),
    // Not that of the call which happens to be first: others wait for this one too.
    signal: AbortSignal.timeout(exchangeMsMax),
  })
  const parsed = parseJson(await textOf(answer.body))
  const token = valueAt(parsed, 'access_token')
  if (answer.status !== 200 || typeof token !== 'string' || !/^[\x21-\x7e]{8,8192}$/.test(token)) {
    throw refused(api.name, answer.status)
  }
  const seconds = valueAt(parsed, 'expires_in')
  const lifetimeMs = (typeof seconds === 'number' ? seconds : lifetimeSecondsDefault) * 1000
  return { token, renewAt: startedAt + Math.max(lifetimeMs - renewBeforeMs, lifetimeMs / 2) }
}

async function textOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body ?? []) {
    bytes += piece.byteLength
    if (bytes > answerBytesMax) return ''
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function refused(name: string, status: number): HooklineError {
  return new HooklineError(
    'api_key_refused',
    `The API '${name}' gave no token for the server's credentials (${status}). They are likely ` +
      'wrong, revoked, or of its other mode. Set the right ones on the server.',
  )
}
