/**
 * The app under test, written as a user would write it: one source, one handler, tables of its own
 * in Hookline's file. It runs in a process of its own, so that it can be killed, paused and
 * broken.
 */
import { flushCompileCache } from 'node:module'
import { DatabaseSync } from 'node:sqlite'
import { hookline, stripe, type TransactionDocument } from 'hookline'
import { misbehave } from './misbehaviour.ts'
import { adminKey, readSettings, secret } from './settings.ts'

const settings = readSettings()
const { database, leaseMs, handlerMsMax = 5_000, attemptsMax = 8, concurrency = 32 } = settings

const app = hookline({
  sources: { stripe: stripe({ secrets: secret }) },
  leaseMs,
  concurrency,
})

const options = { timeoutMs: handlerMsMax, retry: { attempts: attemptsMax, delaysMs: [40] } }

app.on(
  'stripe',
  'payment_intent.succeeded',
  async (event, tx) => {
    const { account, ...behaviour } = event.data.object.metadata
    if (settings.isTraced) console.log(`begun ${event.id} ${tx.attempt}`)
    if (account !== undefined) await countPayment(tx.doc(`accounts/${account}`))
    // `effects` has no unique key: what is applied twice is there twice.
    tx.sql`insert into effects (event_id) values (${event.id})`
    tx.sql`update tally set n = n + 1`
    return await misbehave(behaviour, tx)
  },
  { name: 'payments', ...options },
)

/** What it reads may have changed when it is written; then Hookline runs the handler again. */
async function countPayment(document: TransactionDocument): Promise<void> {
  const { payments = 0 } = (await document.get()) ?? {}
  document.set({ payments: Number(payments) + 1 })
}

const log = (message: string, fields = {}) =>
  console.error(new Date().toISOString(), message, JSON.stringify(fields))

if (settings.isServed) {
  process.on('unhandledRejection', (reason) => log('nothing handled a rejection', { reason }))
}
await app.start({
  database,
  host: '127.0.0.1',
  port: 0,
  adminKey,
  masterKey: Buffer.alloc(32, 7),
  log: { info: log, warn: log, error: log },
})
makeTables()
const { url } = await app.listen()
process.once('SIGTERM', () => void app.stop(5_000).then(() => process.exit(0)))
console.log(`ready ${url}`)
// Kept from the first launch on: a process that is killed would not keep it at its end.
flushCompileCache()

// A test that is killed itself leaves no app behind.
process.stdin.on('end', () => process.exit(0)).resume()

function makeTables(): void {
  const db = new DatabaseSync(database, { timeout: 5_000 })
  db.exec(`
    begin immediate;
    create table if not exists effects (event_id text not null);
    create table if not exists tally (n integer not null);
    insert into tally (n) select 0 where not exists (select 1 from tally);
    commit`)
  db.close()
}
