/**
 * Calls over a socket. The request target is judged as it came, before any parser resolves what is
 * in it; a caller that leaves ends the call; an answer that breaks off ends the connection, so that
 * it never looks whole.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errorText, HooklineError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { drain } from './body.ts'
import { callRefusal } from './call-refusal.ts'
import type { Serve, Surface } from './served.ts'

export interface CallListener {
  readonly serve: Serve
  readonly surface: Surface
  readonly isCall: (pathname: string) => boolean
  readonly log: Log
}

/** Whether a raw request target is that of a call, in whichever form it is written. */
export function isCallTarget(target: string, isCall: CallListener['isCall']): boolean {
  return isCall(target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').replace(/[?#].*$/s, ''))
}

export async function answerCall(
  listener: CallListener,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const leaving = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished)
      leaving.abort(new DOMException('The caller left.', 'AbortError'))
  })
  try {
    const response = await respond(listener, incoming, leaving.signal)
    await send(response, outgoing)
    if (!incoming.readableEnded) drain(incoming)
  } catch (error) {
    // Anybody may leave at any time; that is no fault to be told of.
    if (!leaving.signal.aborted) listener.log.warn('a call broke off', { error: reasonOf(error) })
    outgoing.destroy()
  }
}

async function respond(
  { serve, surface, log }: CallListener,
  incoming: IncomingMessage,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await serve(toRequest(incoming, signal), surface)
  } catch (error) {
    return callRefusal(error, log)
  }
}

/** @throws HooklineError `call_path_invalid`, `payload_invalid`. */
function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { url: target = '', method = '', headers, rawHeaders } = incoming
  checkTarget(target)
  const sent = sentHeaders(rawHeaders)
  const base = `http://${headers.host ?? ''}`
  if (!sent || !/^[\w.:[\]-]+$/.test(headers.host ?? '') || !URL.canParse(base)) {
    throw new HooklineError(
      'payload_invalid',
      'The request has no host, one that is none, or one of its headers twice. Something on the ' +
        'way likely changed it. Send one `Host` header, and the others once.',
    )
  }
  const hasBody = Number(headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in headers
  const isReading = method === 'GET' || method === 'HEAD'
  const body = hasBody && !isReading ? bodyOf(incoming) : null
  try {
    return new Request(base + target, {
      method,
      headers: sent,
      signal,
      body,
      ...(body && { duplex: 'half' }),
    } as RequestInit) // its type does not know `duplex`, which a stream needs
  } catch (error) {
    const detail = 'The request has a method or a header that no request has. Send a plain one.'
    throw new HooklineError('payload_invalid', detail, { cause: error })
  }
}

/** Two readers may each take another one where there are two of these. */
const singleHeaders = ['host', 'authorization', 'content-type', 'content-length', 'origin']

function sentHeaders(rawHeaders: readonly string[]): Headers | undefined {
  const sent = new Headers()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (singleHeaders.includes(name.toLowerCase()) && sent.has(name)) return undefined
    sent.append(name, rawHeaders[i + 1] ?? '')
  }
  return sent
}

/** Leaving it does not close the connection, on which the answer is still to be sent. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const pieces = incoming.iterator({ destroyOnReturn: false })
  return new ReadableStream(
    {
      pull: async (controller) => {
        const { done, value } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: async () => {
        await pieces.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

/** What a URL parser would change, it would change into another path than the one that came. */
function checkTarget(target: string): void {
  const [path = ''] = target.split('?', 1)
  const isPlain =
    target.startsWith('/') && !/[\\#\s]/.test(target) && !/(^|\/)(\.|%2e){1,2}(;|\/|$)/i.test(path)
  if (isPlain) return
  throw new HooklineError(
    'call_path_invalid',
    'The target of the request is not a plain path: it has dots, a backslash, a fragment or a ' +
      'host. It was likely put together from text that came from outside. Send the path alone.',
  )
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, [...response.headers].flat())
  if (!response.body) {
    outgoing.end()
    return
  }
  // Before the first piece: an answer may begin long before it goes on.
  outgoing.flushHeaders()
  // The standard's stream is Node's, under another type.
  await pipeline(Readable.fromWeb(response.body as never), outgoing)
}

function reasonOf(error: unknown): string {
  return error instanceof HooklineError ? error.code : errorText(error, 300)
}
