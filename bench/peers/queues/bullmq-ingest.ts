/**
 * Fastify and BullMQ: one job for each event, with the event's id as its key, so that a repeat is
 * stored once. Durable: Redis with `appendonly yes` and `appendfsync always`. Nothing is handled.
 */
import { Queue } from 'bullmq'
import { runPeer } from '../../programs/peer-program.ts'
import { startFastify } from './fastify-server.ts'

await runPeer(async ({ redisPort = 0 }) => {
  const queue = new Queue('events', { connection: { host: '127.0.0.1', port: redisPort } })
  await queue.waitUntilReady()
  return await startFastify({
    store: (event) => queue.add(event.type, event, { jobId: event.id }),
    stop: () => queue.close(),
  })
})
