/**
 * As much of Redis's protocol as a check after a run needs: commands sent at once, each answered by
 * one line. See https://redis.io/docs/latest/develop/reference/protocol-spec/.
 */
import { connect } from 'node:net'

export type RedisAnswer = string | number

const answerMsMax = 30_000

/** @throws where Redis does not answer, or answers one of the commands by an error. */
export function askRedis(
  port: number,
  commands: readonly (readonly string[])[],
): Promise<RedisAnswer[]> {
  const { promise, resolve, reject } = Promise.withResolvers<RedisAnswer[]>()
  const socket = connect({ host: '127.0.0.1', port })
  let text = ''
  socket.setTimeout(answerMsMax, () => socket.destroy(new Error('Redis did not answer.')))
  socket.on('error', reject)
  socket.on('close', () => reject(new Error('Redis closed the connection.')))
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    const lines = text.split('\r\n').slice(0, -1)
    if (lines.length < commands.length) return
    const failed = lines.find((line) => line.startsWith('-'))
    if (failed) reject(new Error(`Redis refused a command: ${failed}`))
    else resolve(lines.map(parseLine))
    socket.destroy()
  })
  socket.write(commands.map(encode).join(''))
  return promise
}

function parseLine(line: string): RedisAnswer {
  return line.startsWith(':') ? Number(line.slice(1)) : line.slice(1)
}

function encode(command: readonly string[]): string {
  const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`)
  return `*${command.length}\r\n${parts.join('')}`
}
