import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { accept, claim, claimOne, done, fail, newEvent, park } from './conformance/sample.ts'
import { temporaryDatabase } from './conformance/temporary-database.ts'
import { newClock, startMs } from './conformance/under-test.ts'
import { openStorage } from './open.ts'
import type { Storage } from './storage.ts'

/** What grows with the events, and so must not be walked over while events are coming in. */
const largeTables = [
  ...['events', 'deliveries', 'attempts', 'dedupe_keys', 'documents', 'changes'],
  ...['rejections', 'samples'],
]

/** These hold open deliveries only, of which there are few. */
const ofOpenDeliveries = / INDEX deliveries_(due|suspect|leased|ordered)/

/** Each verb that runs while events come in. */
async function runHotPath(storage: Storage): Promise<void> {
  await storage.acceptEvents([newEvent('k1'), newEvent('k1')])
  await accept(storage, 'k2', { deliveries: [{ target: 'a', orderKey: 'cus_1' }] })
  const [lease] = await claim(storage, { limit: 1 })
  if (!lease) throw new Error('Nothing was claimed.')
  await storage.renewLeases([lease, { id: 'dlv_x', token: 1 }], 1_000)
  await storage.settleDelivery(lease, {
    outcome: 'done',
    effects: [{ kind: 'set', path: 'users/u_1', data: {} }],
    reads: [{ path: 'users/u_1', version: 0 }],
  })
  await park(storage, await claimOne(storage), 'orders/o_1')
  await storage.dueInMs(['a', 'b'])
  await storage.writeDocument({ kind: 'set', path: 'orders/o_1', data: {} })
  await storage.writeDocument({ kind: 'delete', path: 'orders/o_1' })
  await storage.snapshot('users/', 10)
  await storage.documents('users/', { limit: 10, cursor: 'users/a' })
  await storage.changesAfter(0, 10)
  await storage.useOnce('link', startMs + 1)
  await fail(storage, await claimOne(storage))
}

async function runPruning(storage: Storage): Promise<void> {
  await done(storage, { id: 'dlv_x', token: 1 })
  await storage.prune({
    eventsBefore: startMs + 1,
    dedupeKeysBefore: startMs + 1,
    changesBefore: startMs + 1,
    dedupeKeysFrom: ['stripe', 'k0'],
    limit: 100,
  })
}

/** What an operator looks at while events come in. */
async function runLooks(storage: Storage): Promise<void> {
  await accept(storage, 'k1')
  await storage.countTypes(10)
  await storage.lastEvent('github')
  await storage.eventTypes('github')
  for (const status of ['failed', 'parked', 'done'] as const) {
    await storage.events({ source: 'github', type: 'issues', status }, { limit: 5 })
    await storage.countEvents({ q: 'x', since: startMs, until: startMs + 1, status })
  }
  await storage.documentChanges('users/u_1', { limit: 5 })
  await storage.changesOfEvent('evt_x', 5)
  await storage.deliveryGroups('failed', 10)
  await storage.rejections({ sources: ['github'] }, { limit: 5 })
}

/** Each statement that is prepared, with the steps of its plan. */
async function plansOf(
  run: (storage: Storage, db: DatabaseSync) => Promise<void>,
): Promise<{ text: string; details: string[] }[]> {
  const database = await temporaryDatabase()
  const storage = await openStorage({ database, clock: newClock() })
  onTestFinished(() => storage.close())
  const db = new DatabaseSync(database)
  onTestFinished(() => db.close())
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare')
  onTestFinished(() => prepare.mockRestore())
  await run(storage, db)
  const texts = prepare.mock.calls.map(([text]) => text)
  return texts.map((text) => {
    const steps = db.prepare(`explain query plan ${text}`).all()
    return { text: text.replace(/\s+/g, ' '), details: steps.map(({ detail }) => String(detail)) }
  })
}

/** The steps that read a large table from one end to the other. */
async function scansOf(
  run: (storage: Storage, db: DatabaseSync) => Promise<void>,
): Promise<string[]> {
  return (await plansOf(run)).flatMap(({ text, details }) =>
    details
      .filter((detail) => largeTables.some((table) => detail.startsWith(`SCAN ${table}`)))
      .filter((detail) => !ofOpenDeliveries.test(detail))
      .map((detail) => `${detail}: ${text}`),
  )
}

test('who looks for what has crashed does not walk over a backlog of what has not', async () => {
  const plans = await plansOf(async (storage) => void (await claim(storage)))
  const looks = plans.filter(({ text }) => text.includes('d.crashes > 0'))
  expect(looks.length).toBeGreaterThan(0)
  for (const { details } of looks) {
    expect(details.filter((detail) => detail.includes('deliveries_suspect'))).toHaveLength(1)
  }
})

test('no verb on the way of an event reads a table from end to end', async () => {
  expect(await scansOf(runHotPath)).toEqual([])
})

test('no look of an operator reads a table from end to end', async () => {
  // Dead letters and parked ones are read in the order of their own index, up to a limit.
  const own = /INDEX deliveries_(failed|parked)/
  const scans = (await scansOf(runLooks)).filter((scan) => !own.test(scan))
  expect(scans).toEqual([])
})

test('pruning finds what has expired without reading what has not', async () => {
  // The oldest changes are read in their order, up to a limit.
  const scans = (await scansOf(runPruning)).filter((scan) => !/^SCAN changes.* limit /.test(scan))
  expect(scans).toEqual([])
})

test('a statement that does read a table from end to end is found out', async () => {
  const scans = await scansOf(async (_, db) => {
    db.prepare('select id from events where type = ?')
  })
  expect(scans).toEqual(['SCAN events: select id from events where type = ?'])
})
