/**
 * `node:http` alone: a set of responses, each written to at a change. It checks nobody, stores
 * nothing and resumes nothing: the least that a stream costs in Node.
 */
import { createServer, type ServerResponse } from 'node:http'
import { monotonicMs } from '../live/monotonic.ts'
import { runPeer } from '../programs/peer-program.ts'
import { listening } from './listening.ts'

await runPeer(async () => {
  const clients = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
    })
    response.write('id: 0\nevent: snapshot\ndata: {"cursor":0,"documents":[]}\n\n')
    clients.add(response)
    request.on('close', () => clients.delete(response))
  })
  server.maxRequestsPerSocket = 0
  const peer = await listening(server)
  return {
    ...peer,
    commands: {
      token: () => '',
      change: (n) => {
        const data = JSON.stringify({ cursor: n, data: { n: Number(n), at: monotonicMs() } })
        const frame = `id: ${n}\nevent: change\ndata: ${data}\n\n`
        for (const client of clients) client.write(frame)
      },
    },
  }
})
