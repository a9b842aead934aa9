/**
 * graphile-worker at its fastest: a local queue of 500 jobs fetched by one statement, 48 jobs at
 * once in each process, completed in batches without delay. The update of each job is a statement
 * of its own, on the worker's pool. Durable: PostgreSQL with `synchronous_commit = on`.
 */
import { Logger, makeWorkerUtils, type Runner, run } from 'graphile-worker'
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

const worker = {
  concurrentJobs: 48,
  maxPoolSize: 20,
  pollInterval: 500,
  localQueue: { size: 500 },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
}
const fillBatch = 1_000
const silent = new Logger(() => () => {})

await runPeer(async ({ postgres = '' }) => {
  const utils = await makeWorkerUtils({ connectionString: postgres, logger: silent })
  await utils.migrate()
  let handled = 0
  let runner: Runner | undefined
  return {
    port: 0,
    commands: {
      fill: (count) => fill(postgres, Number(count)),
      work: async () => {
        runner = await run({
          preset: { worker: { ...worker, connectionString: postgres, logger: silent } },
          noHandleSignals: true,
          taskList: {
            pay: async (event, { query }) => {
              // `fill` below adds nothing else.
              const id = orderOf(event as JobEvent)
              await query({ name: 'pay', text: payOrder, values: [id] } as never)
              handled++
            },
          },
        })
      },
      handled: () => handled,
    },
    stop: async () => {
      await runner?.stop()
      await utils.release()
    },
  }
})

async function fill(postgres: string, count: number): Promise<void> {
  const events = jobEvents(count)
  const client = new pg.Client({ connectionString: postgres })
  await client.connect()
  await client.query(createOrders)
  await client.query(insertOrders, [orderIds(events)])
  for (const batch of inBatches(events, fillBatch)) {
    const specs = batch.map((payload) => ({ identifier: 'pay', payload }))
    await client.query(
      `select count(*) from graphile_worker.add_jobs(array(
        select json_populate_recordset(null::graphile_worker.job_spec, $1::json)))`,
      [JSON.stringify(specs)],
    )
  }
  await client.end()
}
