/**
 * A test call as any page of the app would make it: through `/call`, with a token that names one
 * API and is good for a minute. The key stays where it is.
 */
import { connect } from 'hookline/client'
import { api } from '../../api/server.ts'

const tokenSeconds = 60
/** More of an answer is not read. */
export const answerBytesMax = 1_048_576

export interface TestCall {
  readonly api: string
  readonly method: string
  readonly path: string
  /** Sent as it is; empty for none. */
  readonly body: string
}

export interface TestAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly text: string
  readonly bytes: number
  readonly isCut: boolean
  readonly ms: number
}

/** Without a body: a form or JSON is told by how it begins. */
export function contentTypeOf(body: string): string {
  return /^\s*[[{"]/.test(body) ? 'application/json' : 'application/x-www-form-urlencoded'
}

export async function makeTestCall(call: TestCall, signal: AbortSignal): Promise<TestAnswer> {
  const grant = { sub: 'dashboard', apis: [call.api], expiresIn: tokenSeconds }
  const { token } = await api.tokens.create(grant)
  const { method, path, body } = call
  const startedAt = performance.now()
  const sent = method === 'GET' || method === 'HEAD' || body === '' ? undefined : body
  const response = await connect('', { token }).call(call.api, path, {
    method,
    signal,
    ...(sent && { body: sent, headers: { 'content-type': contentTypeOf(sent) } }),
  })
  const read = await readUpTo(response, answerBytesMax)
  const headers = [...response.headers]
  return { status: response.status, headers, ...read, ms: performance.now() - startedAt }
}

async function readUpTo(response: Response, bytesMax: number) {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  while (reader && bytes < bytesMax) {
    const { done, value } = await reader.read()
    if (done) return { text: text + decoder.decode(), bytes, isCut: false }
    bytes += value.byteLength
    text += decoder.decode(value, { stream: true })
  }
  await reader?.cancel()
  return { text, bytes, isCut: reader !== undefined }
}
