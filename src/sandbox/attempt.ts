/**
 * One attempt to post an event: a request within a time limit, and what came of it as a value. It
 * never throws, never follows a redirect and never opens a connection but through `send`, to this
 * machine.
 */
import type { Clock } from '../base/clock.ts'
import { isLoopbackUrl } from './loopback.ts'
import { readBody } from './read-body.ts'

export const attemptTimeoutMs = 20_000

/** How much of an answer is kept for the log. */
export const answerBytesMax = 8_192

export interface AttemptRequest {
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array<ArrayBuffer>
}

export interface AttemptOutcome {
  /** True for an answer of 200 to 299, which is all that counts as received. */
  readonly ok: boolean
  readonly status?: number
  readonly body?: string
  readonly error?: string
  readonly durationMs: number
}

export interface AttemptTools {
  readonly clock: Clock
  readonly send: typeof fetch
  /** Ends the attempt early when the sandbox stops. */
  readonly signal: AbortSignal
}

export async function attemptPost(
  request: AttemptRequest,
  tools: AttemptTools,
): Promise<AttemptOutcome> {
  const startedAt = tools.clock.now()
  const outcome = isLoopbackUrl(request.url)
    ? await post(request, tools)
    : { ok: false, error: 'Not sent: a sandbox posts to 127.0.0.1, localhost and [::1] only.' }
  return { ...outcome, durationMs: tools.clock.now() - startedAt }
}

type Answered = Omit<AttemptOutcome, 'durationMs'>

async function post(request: AttemptRequest, tools: AttemptTools): Promise<Answered> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), attemptTimeoutMs)
  timer.unref()
  const signal = AbortSignal.any([limit.signal, tools.signal])
  try {
    return await Promise.race([exchange(request, tools.send, signal), aborted(signal)])
  } catch (thrown) {
    return { ok: false, error: failureText(thrown, limit.signal.aborted) }
  } finally {
    clearTimeout(timer)
  }
}

async function exchange(
  request: AttemptRequest,
  send: typeof fetch,
  signal: AbortSignal,
): Promise<Answered> {
  const response = await send(request.url, {
    method: 'POST',
    headers: request.headers.map(([name, value]): [string, string] => [name, value]),
    body: request.body,
    redirect: 'manual',
    signal,
  })
  const { bytes } = await readBody(response.body, answerBytesMax)
  const ok = response.status >= 200 && response.status < 300
  return { ok, status: response.status, body: new TextDecoder().decode(bytes) }
}

/** A `send` that does not heed its signal must not hold a place for ever. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function failureText(thrown: unknown, isTimeout: boolean): string {
  if (isTimeout) return `No answer within ${attemptTimeoutMs / 1_000} s.`
  if (!(thrown instanceof Error)) return 'The request failed.'
  // fetch says only "fetch failed"; why is in its cause.
  const cause = thrown.cause instanceof Error ? `: ${thrown.cause.message}` : ''
  return `${thrown.message}${cause}`
}
