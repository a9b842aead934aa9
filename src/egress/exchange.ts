/**
 * One request and its answer, streamed both ways: nothing is collected, the slower side sets the
 * pace, and leaving the answer closes the connection. It connects, refuses and limits as egress.ts
 * does, and adds a limit for each stage of a call that may take long.
 */
import {
  checkUrl,
  type EgressOptions,
  failure,
  faultOf,
  headersOf,
  newSend,
  newUrlRule,
} from './egress.ts'
import { limitBody } from './limited-body.ts'

export interface ExchangeLimits {
  /** Until a connection is there. */
  readonly connectMs: number
  /** From the last byte sent to the headers of the answer. */
  readonly firstByteMs: number
  /** Between two pieces of the answer. */
  readonly idleMs: number
  readonly responseBytesMax: number
}

export interface ExchangeRequest {
  readonly method: string
  readonly url: URL
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: AsyncIterable<Uint8Array> | Uint8Array | null
  /** Ends the exchange, whether it waits, sends or receives. */
  readonly signal: AbortSignal
}

export interface ExchangeAnswer {
  readonly status: number
  readonly headers: Headers
  /** Null where the answer has none. */
  readonly body: ReadableStream<Uint8Array> | null
}

export type Exchange = (request: ExchangeRequest) => Promise<ExchangeAnswer>

/** A stream keeps its connection for minutes, and none should wait for another to end. */
const connectionsMax = 512
const emptyStatuses = [204, 205, 304]

/**
 * @throws HooklineError `egress_refused` or `egress_failed`, from the call or from reading the
 * body; what the request's own body throws is passed on.
 */
export function newExchange(options: EgressOptions, limits: ExchangeLimits): Exchange {
  const send = newSend(options, { ...limits, connections: connectionsMax })
  const rule = newUrlRule(options)
  return async ({ method, url, headers, body, signal }) => {
    checkUrl(rule, url)
    try {
      const answer = await send(url, {
        method: method as 'GET', // undici's list of methods is shorter than the standard's
        headers: headers.flat(),
        body: body as Uint8Array | null, // an iterable is taken too, which its types leave out
        signal,
      })
      const received = headersOf(answer.headers)
      const isEmpty = method === 'HEAD' || emptyStatuses.includes(answer.statusCode)
      // The length that an answer to HEAD tells is that of a body which does not come.
      const bytesMax = isEmpty ? Number.POSITIVE_INFINITY : limits.responseBytesMax
      const fault = faultOf(url, answer.statusCode, received, bytesMax)
      if (fault || isEmpty) answer.body.on('error', () => {}).destroy()
      if (fault) throw fault
      return {
        status: answer.statusCode,
        headers: received,
        body: isEmpty
          ? null
          : limitBody(answer.body, limits.responseBytesMax, (error) => failure(url, error)),
      }
    } catch (error) {
      throw failure(url, error)
    }
  }
}

const timeoutCodes = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']

/** Whether an exchange failed because one of its stages took too long. */
export function isTimeout({ cause }: Error): boolean {
  if (!(cause instanceof Error)) return false
  if (cause.name === 'TimeoutError') return true
  return 'code' in cause && timeoutCodes.includes(String(cause.code))
}
