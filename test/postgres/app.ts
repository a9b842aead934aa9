/**
 * The app under test on PostgreSQL, as a user would write it: one source, one handler, a table of
 * its own in the same database. It runs in a process of its own, one of several.
 */
import { flushCompileCache } from 'node:module'
import { hookline, stripe, type TransactionDocument } from 'hookline'
import { misbehave } from '../crash/misbehaviour.ts'
import { adminKey, readSettings, secret } from '../crash/settings.ts'

const settings = readSettings()
const { database, leaseMs, handlerMsMax = 5_000, attemptsMax = 20, concurrency = 32 } = settings

const app = hookline({
  sources: { stripe: stripe({ secrets: secret }) },
  leaseMs,
  concurrency,
})

app.on(
  'stripe',
  'payment_intent.succeeded',
  async (event, tx) => {
    const { account, ordered, locks, ...behaviour } = event.data.object.metadata
    if (settings.isTraced) console.log(`begun ${event.id} ${tx.attempt}`)
    if (account !== undefined) await countPayment(tx.doc(`accounts/${account}`))
    // Rows that other handlers update too, in an order of each one's own.
    for (const id of locks?.split(' ') ?? []) tx.sql`update counts set n = n + 1 where id = ${id}`
    // `effects` has no unique key: what is applied twice is there twice.
    tx.sql`insert into effects (event_id) values (${event.id})`
    await misbehave(behaviour, tx)
    if (settings.isTraced && ordered !== undefined) console.log(`ended ${event.id} ${tx.attempt}`)
  },
  {
    name: 'payments',
    timeoutMs: handlerMsMax,
    retry: { attempts: attemptsMax, delaysMs: [40] },
    orderBy: (event) => event.data.object.metadata.ordered,
  },
)

/** What it reads may have changed when it is written; then Hookline runs the handler again. */
async function countPayment(document: TransactionDocument): Promise<void> {
  const { payments = 0 } = (await document.get()) ?? {}
  document.set({ payments: Number(payments) + 1 })
}

const log = (message: string, fields = {}) =>
  console.error(new Date().toISOString(), message, JSON.stringify(fields))

await app.start({
  database,
  host: '127.0.0.1',
  port: 0,
  adminKey,
  masterKey: Buffer.alloc(32, 7),
  log: { info: log, warn: log, error: log },
})
const { url } = await app.listen()
let isStopping = false
process.on('SIGTERM', () => {
  // A second signal, while it stops, changes nothing.
  if (isStopping) return
  isStopping = true
  void app.stop(settings.graceMs ?? 5_000).then(() => process.exit(0))
})
console.log(`ready ${url}`)
// Kept from the first launch on: a process that is killed would not keep it at its end.
flushCompileCache()

// A test that is killed itself leaves no app behind.
process.stdin.on('end', () => process.exit(0)).resume()
