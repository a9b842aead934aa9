/**
 * Fills a SQLite database of Hookline with events as they are when they have been handled, fast
 * enough for millions: one is stored and handled by the app; the others come through the same verb
 * of storage in large groups, and then get the rows that the handled one has.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openStorage } from '../../src/storage/open.ts'
import type { NewEvent, Storage } from '../../src/storage/storage.ts'
import { waitUntilHandled } from '../ingest/check-stored.ts'
import { hooklineFileName } from '../ingest/store.ts'
import { jobEvents } from '../jobs/orders.ts'
import { path } from '../load/prepared-requests.ts'
import { type Place, runPeer } from '../programs/peer-program.ts'
import { addHandlers, eventType, log, newApp } from './app.ts'

const groupSize = 1_000
const groupsAtOnce = 2
const dayMs = 24 * 3_600_000

await runPeer(async (place) => {
  const file = join(place.directory, hooklineFileName)
  return {
    port: 0,
    commands: {
      begin: () => handleOne(place),
      store: (range) => store(file, range, place.settings?.ageDays ?? 0),
      tables: () => Object.keys(rowsOfEvent),
      rows: (table) => giveRows(file, table),
    },
    stop: () => {},
  }
})

/** @param range `from-to`, of the numbers of events. */
async function store(file: string, range: string, ageDays: number): Promise<void> {
  const [from = 0, to = 0] = range.split('-').map(Number)
  const storage = await openStorage({ database: file, clock: { now: () => Date.now() } })
  await acceptMany(storage, { from, to, ageDays })
  await storage.close()
}

async function handleOne(place: Place): Promise<void> {
  const app = newApp(place)
  addHandlers(app, 1)
  await app.start({ log })
  const { signature, body } = jobEvents(1).parts(0)
  const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
  const init = { method: 'POST', headers, body: new Uint8Array(body) }
  const { status } = await app.fetch(new Request(`http://127.0.0.1${path}`, init))
  if (status !== 200) throw new Error(`The first event was answered ${status}.`)
  await waitUntilHandled(place)
  await app.stop()
}

/** The ids are not Stripe's: an event of the load is never one of these. */
async function acceptMany(
  storage: Storage,
  { from, to, ageDays }: { from: number; to: number; ageDays: number },
): Promise<void> {
  const [summary] = (await storage.events({ type: eventType }, { limit: 1 })).data
  const like = summary && (await storage.event(summary.id))
  if (!like) throw new Error('The first event is not stored.')
  const receivedAt = Date.now() - ageDays * dayMs
  const make = (index: number): NewEvent => ({
    ...like,
    dedupeKey: `evt_filled_${index.toString(36).padStart(8, '0')}`,
    receivedAt,
    deliveries: [],
  })
  let next = from
  const storeGroups = async () => {
    while (next < to) {
      const first = next
      next += groupSize
      const length = Math.min(groupSize, to - first)
      await storage.acceptEvents(Array.from({ length }, (_, i) => make(first + i)))
    }
  }
  await Promise.all(Array.from({ length: groupsAtOnce }, storeGroups))
}

/**
 * What an event has beside its own row, and how a copy's rows are told apart. `e` is the event that
 * gets them.
 */
const rowsOfEvent: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  deliveries: { id: `'dlv_' || substr(e.id, 5)`, event_id: 'e.id', seq: 'null' },
  attempts: { id: `'att_' || substr(e.id, 5)`, delivery_id: `'dlv_' || substr(e.id, 5)` },
  documents: { path: `'users/' || e.id` },
  changes: { path: `'users/' || e.id`, cursor: 'null' },
}

/** Where a table has other columns than today's, they are copied as they are. */
function giveRows(file: string, table: string): void {
  const own = rowsOfEvent[table] ?? {}
  const db = new DatabaseSync(file)
  db.exec('pragma cache_size = -200000')
  const columns = db.prepare(`select name from pragma_table_info('${table}')`).all()
  const isThere = columns.length > 0 && db.prepare(`select 1 from ${table} limit 1`).get()
  if (isThere) {
    const names = columns.map(({ name }) => String(name))
    const values = names.map((name) => own[name] ?? `t.${name}`)
    db.exec(`insert into ${table} (${names.join(', ')})
      select ${values.join(', ')} from events e, (select * from ${table} limit 1) t
      where e.dedupe_key >= 'evt_filled_' and e.dedupe_key < 'evt_filled_z'`)
  }
  db.exec('pragma wal_checkpoint(truncate)')
  db.close()
}
