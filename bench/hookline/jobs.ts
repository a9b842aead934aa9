/**
 * Hookline with events stored ahead and a handler that changes one row of the app's own table in
 * the transaction that settles its delivery. Durable: WAL with `synchronous = FULL` on SQLite,
 * `synchronous_commit = on` on PostgreSQL.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { hooklineFileName } from '../ingest/store.ts'
import { createOrders, insertOrders, jobEvents, orderIds } from '../jobs/orders.ts'
import { type PreparedRequests, path } from '../load/prepared-requests.ts'
import { type Place, runPeer } from '../programs/peer-program.ts'
import { type App, eventType, log, newApp } from './app.ts'

/** Requests in flight while events are stored ahead. */
const fillConcurrency = 256

await runPeer(async (place) => {
  const { concurrency = 32 } = place.settings ?? {}
  const app = newApp(place, { concurrency })
  let handled = 0
  app.on('stripe', eventType, ({ data }, tx) => {
    handled++
    tx.sql`update orders set paid = paid + 1 where id = ${data.object.metadata.userId ?? ''}`
  })
  return {
    port: 0,
    commands: {
      fill: (count) => fill(app, place, jobEvents(Number(count))),
      work: () => app.start({ log }),
      handled: () => handled,
    },
    stop: () => app.stop(),
  }
})

async function fill(app: App, place: Place, events: PreparedRequests): Promise<void> {
  await makeOrders(place, orderIds(events))
  let next = 0
  const storeNext = async (): Promise<void> => {
    while (next < events.count) await store(app, events, next++)
  }
  await Promise.all(Array.from({ length: fillConcurrency }, storeNext))
}

async function store(app: App, events: PreparedRequests, index: number): Promise<void> {
  const { signature, body } = events.parts(index)
  const request = new Request(`http://127.0.0.1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    body: new Uint8Array(body),
  })
  const { status } = await app.fetch(request)
  if (status !== 200) throw new Error(`An event stored ahead was answered ${status}.`)
}

async function makeOrders({ postgres, directory }: Place, ids: readonly string[]): Promise<void> {
  if (postgres === undefined) return makeSqliteOrders(join(directory, hooklineFileName), ids)
  const client = new pg.Client({ connectionString: postgres })
  await client.connect()
  await client.query(createOrders)
  await client.query(insertOrders, [ids])
  await client.end()
}

function makeSqliteOrders(file: string, ids: readonly string[]): void {
  const db = new DatabaseSync(file)
  db.exec(createOrders)
  db.exec('begin')
  const insert = db.prepare('insert into orders (id) values (?)')
  for (const id of ids) insert.run(id)
  db.exec('commit')
  db.close()
}
