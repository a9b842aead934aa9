import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../test/postgres-server.ts'
import { systemClock } from '../../base/clock.ts'
import { done, newEvent } from '../conformance/sample.ts'
import { openStorage } from '../open.ts'
import type { Storage } from '../storage.ts'

let server: PostgresServer
let client: pg.Client

beforeAll(async () => {
  server = await startPostgres()
  client = new pg.Client({ connectionString: server.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await server.stop()
})

async function open(): Promise<{ storage: Storage; schema: string }> {
  const schema = `claim_${randomBytes(4).toString('hex')}`
  const storage = await openStorage({ database: server.url, clock: systemClock, schema })
  return { storage, schema }
}

const options = { leaseMs: 60_000, targets: ['a'], suspects: 1, crashesMax: 3 }

test('bodies come as they were stored, whether or not they are UTF-8', async () => {
  const { storage } = await open()
  const bodies = [
    Buffer.from('{"name":"Zoë 😀","path":"a\\\\b"}'),
    Buffer.alloc(0),
    Buffer.from([0, 255, 92, 120, 10, 0]),
    Buffer.from('\ufeff{}'),
    randomBytes(20_000),
    Buffer.alloc(20_000, 'é'),
  ]
  const events = bodies.map((body, i) => newEvent(`k${i}`, { body }))
  await storage.acceptEvents(events)
  const claimed = await storage.claimDeliveries({ ...options, limit: 10 })
  expect(claimed.map(({ event }) => Buffer.from(event?.body ?? []))).toEqual(bodies)
  await storage.close()
})

test('an event that several deliveries are of comes with each of them', async () => {
  const { storage } = await open()
  const deliveries = ['a', 'b', 'a'].map((target) => ({ target, orderKey: null }))
  await storage.acceptEvents(['k1', 'k2'].map((key) => newEvent(key, { deliveries })))
  const claimed = await storage.claimDeliveries({ ...options, targets: ['a', 'b'], limit: 10 })
  expect(claimed.map(({ target, event }) => `${target} ${event?.dedupeKey}`)).toEqual([
    ...['a k1', 'b k1', 'a k1', 'a k2', 'b k2', 'a k2'],
  ])
  await storage.close()
})

test('what comes back from before the place of the last claim is claimed soon', async () => {
  const { storage, schema } = await open()
  const limit = 40
  const accept = async (name: string) => {
    const keys = Array.from({ length: 2 * limit }, (_, i) => `${name}${i}`)
    await storage.acceptEvents(keys.map((key) => newEvent(key)))
  }
  await accept('first')
  // Each claim is full, and so the next begins where it ended.
  const first = await storage.claimDeliveries({ ...options, limit })
  for (const delivery of first.slice(1)) await done(storage, delivery)
  await client.query(`update ${schema}.deliveries set state = 'ready', due_at = 1 where id = $1`, [
    first[0]?.id,
  ])
  const ids: string[] = []
  await expect
    .poll(async () => {
      const claimed = await storage.claimDeliveries({ ...options, limit })
      ids.push(...claimed.map(({ id }) => id))
      if (claimed.length === limit) await accept(`more${ids.length}_`)
      return ids
    })
    .toContain(first[0]?.id)
  expect(new Set(ids).size).toBe(ids.length)
  await storage.close()
})
