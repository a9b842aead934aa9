/** Calls of the admin API in tests: by its own client, and raw for what that would not send. */
import { type Admin, admin } from '../../client/admin.ts'
import { adminKey } from './served.ts'
import type { Way } from './ways.ts'

export function adminOf(way: Way): Admin {
  const fetch = (input: unknown, init?: RequestInit) =>
    way.fetch(String(input).slice(way.base.length), init)
  return admin(way.base, { key: adminKey, fetch })
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

export interface RawRequest {
  readonly method?: string
  readonly body?: string | Uint8Array<ArrayBuffer> | object
  readonly headers?: Record<string, string>
}

/** With the admin key. A body that is an object is sent as JSON, text and bytes as they are. */
export async function call(way: Way, path: string, request: RawRequest = {}): Promise<Answer> {
  const { method = 'GET', body, headers } = request
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const response = await way.fetch(`/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${adminKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  }
}
