/**
 * `node:http` alone: reads the body whole and answers 200. It checks nothing, stores nothing and so
 * has no durable setting. It is the most that a Node server on this machine can answer.
 */
import { createServer } from 'node:http'
import { runPeer } from '../programs/peer-program.ts'
import { listening } from './listening.ts'

await runPeer(async () => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ received: true, bytes: body?.byteLength }))
    })
  })
  return await listening(server)
})
