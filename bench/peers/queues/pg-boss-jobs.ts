/**
 * pg-boss at its fastest: batches of 500 fetched by two workers in each process, the next one as
 * soon as a batch was full, completed by one statement for each batch. The update of each job is a
 * statement of its own, on a pool of ten connections, before the job is completed. Durable:
 * PostgreSQL with `synchronous_commit = on`.
 */
import pg from 'pg'
import {
  createOrders,
  inBatches,
  insertOrders,
  type JobEvent,
  jobEvents,
  orderIds,
  orderOf,
  payOrder,
} from '../../jobs/orders.ts'
import { runPeer } from '../../programs/peer-program.ts'
import { openBoss } from './pg-boss.ts'

const queue = 'jobs'
const work = {
  batchSize: 500,
  localConcurrency: 2,
  pollingIntervalSeconds: 0.5,
  burstWhenBatchFull: true,
}
const fillBatch = 1_000
const poolConnections = 10

await runPeer(async ({ postgres = '' }) => {
  const boss = await openBoss(postgres, queue)
  const pool = new pg.Pool({ connectionString: postgres, max: poolConnections })
  let handled = 0
  const pay = async ({ data }: { data: JobEvent }) => {
    await pool.query({ name: 'pay', text: payOrder, values: [orderOf(data)] })
    handled++
  }
  return {
    port: 0,
    commands: {
      fill: async (count) => {
        const events = jobEvents(Number(count))
        await pool.query(createOrders)
        await pool.query(insertOrders, [orderIds(events)])
        for (const batch of inBatches(events, fillBatch)) {
          await boss.insert(
            queue,
            batch.map((data) => ({ data })),
          )
        }
      },
      work: async () => {
        await boss.work<JobEvent>(
          queue,
          work,
          async (jobs) => void (await Promise.all(jobs.map(pay))),
        )
      },
      handled: () => handled,
    },
    stop: async () => {
      await boss.stop({ graceful: false })
      await pool.end()
    },
  }
})
