/**
 * Fetches what a signature is checked with: a certificate, a set of keys. Small, quick, never
 * redirected, and only through the `fetch` that the caller hands in. Which addresses may be asked
 * is decided before this.
 */
import type { VerifyContext } from '../request.ts'

export type Fetch = NonNullable<VerifyContext['fetch']>

export interface RemoteAnswer {
  readonly status: number
  /** Empty where the status is not 200. */
  readonly body: Buffer
  /** How long the answer may be kept by its `Cache-Control`, where that says so. */
  readonly maxAgeSeconds?: number
}

export interface RemoteRequest {
  readonly url: string
  /** Sent as JSON with POST; absent: GET. */
  readonly json?: object
}

const timeoutMs = 5_000
const bodyBytesMax = 65_536

/** The answer, or undefined where none came whole, in time and within the limit. */
export async function askRemote(
  fetch: Fetch,
  { url, json }: RemoteRequest,
): Promise<RemoteAnswer | undefined> {
  const signal = AbortSignal.timeout(timeoutMs)
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
  }
  try {
    // Raced as well: a fetch that does not heed the signal must not hold the request for ever.
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    const asked = fetch(url, { ...(json && post), redirect: 'error', signal }).then(readAnswer)
    return await Promise.race([asked, ended])
  } catch {
    return undefined
  }
}

async function readAnswer(response: Response): Promise<RemoteAnswer | undefined> {
  const { status } = response
  if (response.redirected) return undefined
  if (status !== 200) {
    await response.body?.cancel()
    return { status, body: Buffer.alloc(0) }
  }
  const body = await readBody(response)
  const maxAge = /(?:^|[\s,])max-age=(\d{1,9})\b/.exec(response.headers?.get('cache-control') ?? '')
  return body && { status, body, ...(maxAge && { maxAgeSeconds: Number(maxAge[1]) }) }
}

async function readBody(response: Response): Promise<Buffer | undefined> {
  // Without a stream there is nothing, or a runtime that has the whole alone.
  const parts = response.body ?? [Buffer.from(await response.text())]
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of parts) {
    bytes += chunk.byteLength
    // Leaving the loop cancels the rest.
    if (bytes > bodyBytesMax) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
