/** One request to an API with its key, and its answer without: what every kind of call ends in. */
import { HooklineError } from '../base/errors.ts'
import { isTimeout } from '../egress/exchange.ts'
import type { CallOutcome } from '../storage/calls.ts'
import { scrubbedBody } from './answer-body.ts'
import type { Api } from './api.ts'
import { BudgetSpent } from './budget.ts'
import { type Credential, type CredentialSource, credentialFor } from './credential.ts'
import { answerHeadersOf, type HeaderPairs } from './headers.ts'
import type { CallRecord } from './record.ts'
import { newScrubber } from './scrub.ts'
import type { Target } from './target.ts'

export interface Outgoing {
  readonly method: string
  readonly target: Target
  readonly headers: HeaderPairs
  readonly body: AsyncIterable<Uint8Array> | Uint8Array | null
  /** The caller's: aborted where it leaves. */
  readonly signal: AbortSignal
}

/**
 * Ends the record, now or when the body of the answer ends.
 * @throws HooklineError `api_key_missing`, `call_timed_out`, `egress_failed`, `egress_refused`, and
 * what the body of the request throws.
 */
export async function forward(
  keys: CredentialSource,
  api: Api,
  outgoing: Outgoing,
  record: CallRecord,
): Promise<Response> {
  const deadline = newDeadline(api.limits.totalMs)
  const signal = AbortSignal.any([outgoing.signal, deadline.signal])
  const end = (outcome: CallOutcome) => {
    deadline.clear()
    record.end(outcome)
  }
  const fail = (error: unknown): unknown => {
    const outcome = outcomeOf(error, outgoing.signal, deadline.signal)
    end(outcome)
    return outcome === 'timed_out' ? timedOut(api.name, error) : error
  }
  try {
    const credential = await credentialFor(api, keys)
    const scrubber = newScrubber(credential.secrets)
    const { method, target, headers, body } = outgoing
    const answer = await api.exchange({
      method,
      url: urlOf(api, target, credential),
      headers: credential.header ? [...headers, credential.header] : headers,
      body,
      signal,
    })
    record.status = answer.status
    // Also where nobody reads the body to its end.
    signal.addEventListener('abort', () => fail(signal.reason))
    const listener = {
      onBytes: record.addReceived,
      onEnd: () => end('answered'),
      onError: fail,
      onCancel: () => end('cancelled'),
    }
    if (!answer.body) end('answered')
    return new Response(answer.body && scrubbedBody(answer.body, scrubber, listener), {
      status: answer.status,
      headers: answerHeadersOf(answer.headers, api.passing, scrubber.text),
    })
  } catch (error) {
    throw fail(error)
  }
}

/** Cleared when the call ends: a timer of its own would keep all of it in memory until it fires. */
function newDeadline(ms: number): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController()
  const late = () => controller.abort(new DOMException('The call took too long.', 'TimeoutError'))
  const timer = setTimeout(late, ms)
  return { signal: controller.signal, clear: () => clearTimeout(timer) }
}

/** The host is the API's own whatever the path says: only the path and the query are set. */
function urlOf({ baseUrl }: Api, { path, search }: Target, { parameter }: Credential): URL {
  const url = new URL(baseUrl)
  url.pathname = baseUrl.pathname.replace(/\/$/, '') + path
  url.search = search
  if (parameter) url.searchParams.set(...parameter)
  return url
}

function outcomeOf(error: unknown, caller: AbortSignal, deadline: AbortSignal): CallOutcome {
  if (caller.aborted) return 'cancelled'
  if (error instanceof BudgetSpent) return 'limited'
  const isLate = error instanceof HooklineError && error.code === 'call_timed_out'
  if (deadline.aborted || isLate) return 'timed_out'
  return error instanceof Error && isTimeout(error) ? 'timed_out' : 'failed'
}

function timedOut(name: string, cause: unknown): unknown {
  if (cause instanceof HooklineError && cause.code === 'call_timed_out') return cause
  const detail =
    `The API '${name}' took longer than a call may. It is likely slow or down, or the limit is ` +
    'too short for what was asked. Try again, or raise its limits.'
  return new HooklineError('call_timed_out', detail, { cause })
}
