/**
 * Requests that carry the caller's token, with a new token when the server no longer takes the
 * old one.
 */
import { unlessAborted } from './backoff.ts'

export type Token = string | (() => string | Promise<string>)

export interface Access {
  /** Undefined where the cookies of the page say who asks. */
  readonly token: Token | undefined
  readonly fetch: typeof globalThis.fetch
  /** What `token` gave last; shared, so that many streams ask for one token once. */
  current: Promise<string> | undefined
}

export function newAccess(token?: Token, fetch?: typeof globalThis.fetch): Access {
  // Looked up at each call, and called as a plain function: a browser's fetch refuses another
  // `this`.
  return {
    token,
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    current: undefined,
  }
}

/**
 * Sends with `Authorization: Bearer`. Where `token` is a function and the answer says that the
 * token is stale, asks it for a new one and sends once more; the second answer is final.
 */
export async function authorized(
  access: Access,
  url: string,
  init: RequestInit,
  isStale = (response: Response) => response.status === 401,
): Promise<Response> {
  const token = currentToken(access)
  const response = await send(access, url, init, token)
  const isRepeatable = typeof access.token === 'function' && !(init.body instanceof ReadableStream)
  if (!isRepeatable || !isStale(response)) return response
  await response.body?.cancel()
  forget(access, token)
  return send(access, url, init, currentToken(access))
}

function currentToken(access: Access): Promise<string> {
  access.current ??= askToken(access)
  return access.current
}

async function askToken({ token = '' }: Access): Promise<string> {
  return typeof token === 'string' ? token : token()
}

/** Only if no other stream has replaced it meanwhile. */
function forget(access: Access, token: Promise<string>): void {
  if (access.current === token) access.current = undefined
}

async function send(access: Access, url: string, init: RequestInit, token: Promise<string>) {
  const headers = new Headers(init.headers)
  const bearer = await orForget(access, token, init.signal)
  if (access.token !== undefined) headers.set('authorization', `Bearer ${bearer}`)
  return access.fetch(url, { ...init, headers })
}

/** A token that could not be had, or not in time, is asked for anew the next time. */
async function orForget(access: Access, token: Promise<string>, signal?: AbortSignal | null) {
  try {
    return await (signal ? unlessAborted(token, signal) : token)
  } catch (error) {
    forget(access, token)
    throw error
  }
}
