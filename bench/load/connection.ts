/**
 * One kept-alive HTTP/1.1 connection on a bare socket, with one request at a time. An HTTP client
 * would cost about as much as the servers that are to be measured. It reads only answers that state
 * their length.
 */
import { connect, type Socket } from 'node:net'

export interface Connection {
  send(request: Uint8Array): void
  close(): void
}

export interface ConnectionOptions {
  readonly port: number
  /** Called once for each request sent. */
  readonly onAnswer: (status: number) => void
  /** Called when the connection ends, or says what is not understood. */
  readonly onFault: (error: Error) => void
}

const headEnd = Buffer.from('\r\n\r\n')
const statusAt = 'HTTP/1.1 '.length

export function openConnection(options: ConnectionOptions): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: options.port, noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(startReading(socket, options))
    })
  })
}

function startReading(socket: Socket, { onAnswer, onFault }: ConnectionOptions): Connection {
  let isClosed = false
  let unread: Buffer = Buffer.alloc(0)
  const fault = (error: Error) => {
    if (!isClosed) onFault(error)
  }
  socket.on('data', (chunk) => {
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk])
    const answer = readAnswer(unread)
    if (answer instanceof Error) return fault(answer)
    if (!answer) return
    unread = unread.subarray(answer.bytes)
    onAnswer(answer.status)
  })
  socket.on('error', fault)
  socket.on('close', () => fault(new Error('The server closed a connection that was in use.')))
  return {
    send: (request) => void socket.write(request),
    close() {
      isClosed = true
      socket.destroy()
    },
  }
}

/** The first whole answer; undefined where there is more to come. */
export function readAnswer(bytes: Buffer): { status: number; bytes: number } | Error | undefined {
  const headBytes = bytes.indexOf(headEnd)
  if (headBytes < 0) return undefined
  const head = bytes.toString('latin1', 0, headBytes)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) return new Error(`An answer does not state its length: ${head}`)
  const wholeBytes = headBytes + headEnd.length + Number(length)
  if (bytes.length < wholeBytes) return undefined
  return { status: Number(head.slice(statusAt, statusAt + 3)), bytes: wholeBytes }
}
