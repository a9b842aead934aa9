/** Whether a call of the server's own code is made again, and when. */
import { HooklineError } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import type { Api } from './api.ts'

/** One of the two is there. */
export interface Tried {
  readonly response: Response | undefined
  readonly error: unknown
}

export interface RetryState {
  /** The one that has just ended; the first is 1. */
  readonly attempt: number
  readonly random: Random
  readonly nowMs: number
  readonly api: Pick<Api, 'declaration'>
}

const retryStatuses = [408, 429, 500, 502, 503, 504]
const retryCodes = ['egress_failed', 'call_timed_out']
const firstWaitMs = 500
const waitMsMax = 8_000
/** What the API asks for is honoured up to here; for more than this the caller must decide. */
const askedWaitMsMax = 30_000

/** @returns undefined where the outcome is final. */
export function retryWaitMs({ response, error }: Tried, state: RetryState): number | undefined {
  const isPassing = response
    ? retryStatuses.includes(response.status) && !isFinal(response.headers)
    : error instanceof HooklineError && retryCodes.includes(error.code)
  if (!isPassing) return undefined
  const askedMs = response && retryAfterMs(response.headers, state)
  if (askedMs !== undefined) return askedMs <= askedWaitMsMax ? askedMs : undefined
  const waitMs = Math.min(firstWaitMs * 2 ** (state.attempt - 1), waitMsMax)
  return waitMs * (0.5 + state.random() / 2)
}

function isFinal(headers: Headers): boolean {
  return [headers.get('x-should-retry'), headers.get('stripe-should-retry')].includes('false')
}

/** A span or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function retryAfterMs(headers: Headers, { api, nowMs }: RetryState): number | undefined {
  const text = headers.get('retry-after') ?? ''
  const at = /GMT$/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return Math.max(0, at - nowMs)
  if (!/^\d{1,9}$/.test(text)) return undefined
  return api.declaration.retryAfterUnit === 'ms' ? Number(text) : Number(text) * 1000
}
