/** Requests byte by byte: what no HTTP client would send. */
import { connect } from 'node:net'

export interface Raw {
  readonly method?: string
  readonly target?: string
  readonly version?: string
  /** Whole lines; `Host`, the token and `Connection` come before them. */
  readonly lines?: readonly string[]
  readonly host?: string
  readonly token: string
  readonly body?: string
  /** Default `close`. */
  readonly connection?: string
}

const allowedTarget = '/call/openai/v1/chat/completions'

/** Without `lines` that say otherwise, the length of the body is announced as it is. */
export function rawText(raw: Raw): string {
  const { method = 'POST', target = allowedTarget, version = 'HTTP/1.1', body = '{}' } = raw
  const lines = raw.lines ?? [`Content-Length: ${Buffer.byteLength(body)}`]
  return [
    `${method} ${target} ${version}`,
    `Host: ${raw.host ?? '127.0.0.1'}`,
    `Authorization: Bearer ${raw.token}`,
    `Connection: ${raw.connection ?? 'close'}`,
    ...lines,
    '',
    body,
  ].join('\r\n')
}

/** All that comes back until the server closes, or for as long as the limit. */
export function sendRaw(url: string, text: string, limitMs = 5_000): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    let received = ''
    const end = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(received)
    }
    const timer = setTimeout(end, limitMs)
    socket.setEncoding('latin1')
    socket.on('data', (piece) => {
      received += piece
    })
    socket.on('error', end).on('close', end)
    socket.write(Buffer.from(text, 'latin1'))
  })
}

/** 0 where nothing came back. */
export function statusOf(received: string): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(received)?.[1] ?? 0)
}
