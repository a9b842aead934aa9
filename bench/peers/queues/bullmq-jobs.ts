/**
 * BullMQ with one worker of 200 jobs at once in each process; it has no batches. The update of each
 * job is one command that adds to one field. Durable: Redis with `appendonly yes` and
 * `appendfsync always`. Completed jobs are removed, which is cheaper than to keep them.
 */
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { inBatches, type JobEvent, jobEvents, orderOf } from '../../jobs/orders.ts'
import { runPeer } from '../../programs/peer-program.ts'

const concurrency = 200
const fillBatch = 500
const name = 'jobs'

await runPeer(async ({ redisPort = 0 }) => {
  const connection = { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null }
  const queue = new Queue(name, { connection })
  const redis = new Redis(connection)
  let handled = 0
  const worker = new Worker<JobEvent>(
    name,
    async ({ data }) => {
      await redis.hincrby('orders', orderOf(data), 1)
      handled++
    },
    { connection, concurrency, autorun: false, removeOnComplete: { count: 0 } },
  )
  worker.on('error', (error) => console.error(error))
  return {
    port: 0,
    commands: {
      fill: async (count) => {
        for (const batch of inBatches(jobEvents(Number(count)), fillBatch)) {
          await queue.addBulk(batch.map((data) => ({ name, data, opts: { jobId: data.id } })))
        }
      },
      work: () => void worker.run(),
      handled: () => handled,
    },
    stop: async () => {
      await worker.close(true)
      await queue.close()
      redis.disconnect()
    },
  }
})
