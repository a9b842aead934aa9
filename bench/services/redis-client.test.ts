import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { askRedis } from './redis-client.ts'

async function withRedis<T>(answer: string, ask: (port: number) => Promise<T>): Promise<T> {
  const server = createServer((socket) => void socket.on('data', () => socket.end(answer)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  return await ask(port).finally(() => server.close())
}

test('each command has its answer, as a number where it is one', async () => {
  const answers = await withRedis('+PONG\r\n:12\r\n', (port) =>
    askRedis(port, [['PING'], ['LLEN', 'a']]),
  )
  expect(answers).toEqual(['PONG', 12])
})

test('an error, or an end before all answers, is a failure', async () => {
  const ask = (port: number) => askRedis(port, [['PING'], ['PING']])
  await expect(withRedis('+PONG\r\n-ERR no\r\n', ask)).rejects.toThrow('refused a command: -ERR no')
  await expect(withRedis('+PONG\r\n', ask)).rejects.toThrow('closed the connection')
})
