/** Posts a stored event to a server of this machine, with the bytes and the headers that came. */
import { HooklineError } from '../../base/errors.ts'
import type { EventDetail } from '../../client/admin.ts'

const answerMsMax = 30_000

/** Of the connection it came by, and not of the event. */
const ofTheConnection = [
  ...['host', 'content-length', 'connection', 'transfer-encoding', 'accept-encoding', 'expect'],
  ...['keep-alive', 'upgrade', 'te', 'trailer', 'proxy-connection'],
]

export interface Forwarded {
  readonly id: string
  readonly source: string
  readonly type: string
  /** The answer's. */
  readonly status: number
  readonly ms: number
}

/** @throws HooklineError `egress_failed` where nothing answers. */
export async function forward(
  base: string,
  event: EventDetail,
  signal: AbortSignal,
): Promise<Forwarded> {
  const { id, source, type } = event
  const url = `${base}/webhooks/${encodeURIComponent(source)}`
  const begunAt = performance.now()
  const status = await post(url, event, signal)
  return { id, source, type, status, ms: Math.round(performance.now() - begunAt) }
}

async function post(url: string, event: EventDetail, signal: AbortSignal): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: headersOf(event),
      body: Buffer.from(event.bodyBase64, 'base64'),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]),
    })
    await response.body?.cancel()
    return response.status
  } catch (cause) {
    signal.throwIfAborted()
    throw new HooklineError(
      'egress_failed',
      `${url} does not answer. The server is likely not running, or listens elsewhere. Start it ` +
        'with `hookline dev`; the event is sent again once it answers.',
      { cause },
    )
  }
}

/** A header that was stored without its value proves nothing here either. */
function headersOf({ headers }: EventDetail): [name: string, value: string][] {
  return headers
    .filter(
      ([name, value]) => !ofTheConnection.includes(name.toLowerCase()) && value !== '[withheld]',
    )
    .map(([name, value]) => [name, value])
}
