/**
 * One `/live` stream that outlives its connections: it resumes from its cursor, so the frames come
 * out as if the network never broke. It does not interpret them.
 */
import { type Access, authorized } from './access.ts'
import { backoffMs, pause, retryMsDefault, type Timing } from './backoff.ts'
import { type Frame, parseFrame } from './frame.ts'
import { isPassing, LineError, refusal } from './line-error.ts'
import { newSseParser, readSse } from './sse.ts'

/** The server sends at least a comment every 15 s; after this long it is taken for gone. */
export const silenceMsMax = 40_000

export interface StreamOptions {
  readonly access: Access
  readonly timing: Timing
  readonly url: string
  /** For messages. */
  readonly path: string
  readonly signal: AbortSignal
  /** Told that the server has answered with a stream. */
  readonly onOpen?: () => void
  /** Told why a connection was lost, before it is made again. */
  readonly onLost?: (error: unknown) => void
}

interface Stream extends StreamOptions {
  /** The id of the last frame that was handed over whole. */
  lastId: string
  retryMs: number
  /** Connections in a row on which nothing came. */
  failures: number
}

/**
 * Frames for ever. A frame counts as handed over when the next one is asked for; a slow reader
 * slows the server down instead of filling memory. Throws the signal's reason, or a `LineError`
 * that ends it.
 */
export async function* frames(options: StreamOptions): AsyncGenerator<Frame, never> {
  const stream: Stream = { ...options, lastId: '', retryMs: retryMsDefault, failures: 0 }
  const { signal, timing } = stream
  for (;;) {
    const connection = new AbortController()
    const abort = () => connection.abort(signal.reason)
    signal.addEventListener('abort', abort)
    try {
      signal.throwIfAborted()
      yield* received(stream, connection)
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof LineError) throw error
      stream.onLost?.(error)
    } finally {
      signal.removeEventListener('abort', abort)
      connection.abort()
    }
    stream.failures++
    await pause(backoffMs(stream.failures, stream.retryMs, timing.random), timing, signal)
  }
}

/** The frames of one connection, until it ends. */
async function* received(stream: Stream, connection: AbortController): AsyncGenerator<Frame> {
  const body = await unlessSilent(stream, connection, open(stream, connection.signal))
  stream.onOpen?.()
  const reader = body.getReader()
  const parser = newSseParser(stream.lastId)
  for (;;) {
    const { done, value } = await unlessSilent(stream, connection, reader.read())
    if (done) return
    stream.failures = 0
    for (const event of readSse(parser, value)) {
      const frame = parseFrame(event)
      if (frame !== undefined) yield frame
    }
    // Not before: an id whose frame is not whole, or not handed over, would skip it.
    stream.lastId = parser.lastId
    stream.retryMs = parser.retryMs ?? stream.retryMs
  }
}

async function open(stream: Stream, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const headers: Record<string, string> = { accept: 'text/event-stream' }
  if (stream.lastId !== '') headers['last-event-id'] = stream.lastId
  const response = await authorized(stream.access, stream.url, {
    headers,
    signal,
    cache: 'no-store',
  })
  if (isPassing(response.status)) throw new Error(`The server answered with ${response.status}.`)
  if (!response.ok) throw await refusal(response, stream.path)
  const type = response.headers.get('content-type') ?? ''
  if (response.body !== null && type.startsWith('text/event-stream')) return response.body
  throw notStream(stream.url, type)
}

function notStream(url: string, type: string): LineError {
  return new LineError(
    'stream_unreadable',
    `${url} was answered with '${type}', which is not a stream. The base URL likely leads to ` +
      `another program, or this runtime's fetch can not stream. Give \`connect\` the URL under ` +
      `which \`/healthz\` answers.`,
  )
}

/** Waits for the next sign of life; without one the connection is given up. */
async function unlessSilent<T>(
  { timing }: Stream,
  connection: AbortController,
  sign: Promise<T>,
): Promise<T> {
  const silent = () => connection.abort(new Error(`Nothing came for ${silenceMsMax} ms.`))
  const cancel = timing.after(silenceMsMax, silent)
  try {
    return await sign
  } finally {
    cancel()
  }
}
