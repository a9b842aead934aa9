/**
 * Live streams over a socket, written to it as they are: a client waits for hours, so that each
 * object between the two counts ten thousand times.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { type BeginStream, bufferBytesMax, type Sink } from '../realtime/stream.ts'
import { noteAddress } from './auth/address.ts'
import { livePrefix, streamHeaders } from './live.ts'

export interface LiveListener {
  readonly live: (request: Request) => Promise<Response | BeginStream>
  readonly log: Log
}

/** The URL of a request for a live stream; undefined for any other, and where the host is none. */
export function liveStreamUrl({ method, url = '', headers }: IncomingMessage): URL | undefined {
  if (method !== 'GET' || !url.startsWith(livePrefix)) return undefined
  const base = `http://${headers.host ?? 'localhost'}`
  if (!headers.accept?.includes('text/event-stream') || !URL.canParse(url, base)) return undefined
  const parsed = new URL(url, base)
  return parsed.pathname.startsWith(livePrefix) ? parsed : undefined
}

export async function answerLiveStream(
  { live, log }: LiveListener,
  url: URL,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    const answer = await live(toRequest(url, incoming))
    if (answer instanceof Response) return await sendWhole(answer, outgoing)
    // Who left meanwhile would never be heard of again.
    if (outgoing.destroyed) return
    outgoing.writeHead(200, streamHeaders)
    const stream = answer(new ResponseSink(outgoing))
    outgoing.on('drain', () => stream.drained())
    outgoing.on('close', () => stream.left())
  } catch (error) {
    log.error('a live stream could not be answered', { error: errorText(error) })
    outgoing.destroy()
  }
}

function toRequest(url: URL, { rawHeaders, socket }: IncomingMessage): Request {
  const headers = new Headers()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '')
  }
  const request = new Request(url, { headers })
  noteAddress(request, socket.remoteAddress)
  return request
}

async function sendWhole(answer: Response, outgoing: ServerResponse): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer())
  const headers = [...answer.headers, ['content-length', String(body.byteLength)]]
  outgoing.writeHead(answer.status, headers.flat())
  outgoing.end(body)
}

class ResponseSink implements Sink {
  readonly #outgoing: ServerResponse

  constructor(outgoing: ServerResponse) {
    this.#outgoing = outgoing
  }

  room(): number {
    return bufferBytesMax - this.#outgoing.writableLength
  }

  write(frame: string): void {
    this.#outgoing.write(frame)
  }

  close(): void {
    this.#outgoing.end()
  }
}
