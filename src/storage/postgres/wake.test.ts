/** What one process commits wakes the others. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../test/postgres-server.ts'
import { silentLog } from '../../base/log.ts'
import { newEvent } from '../conformance/sample.ts'
import type { Engine } from '../program.ts'
import { openPostgres } from './engine.ts'

/** A busy machine is late; without a notification nothing would come at all. */
const wokenWithinMs = 5_000

let server: PostgresServer | undefined

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

async function openTwo(): Promise<[Engine, Engine]> {
  const schema = `test_${randomBytes(6).toString('hex')}`
  const options = { url: server?.url ?? '', schema, log: silentLog, random: Math.random }
  const engines = [await openPostgres(options), await openPostgres(options)] as const
  onTestFinished(async () => {
    for (const engine of engines) await engine.close()
    const client = new pg.Client({ connectionString: server?.url })
    await client.connect()
    await client.query(`drop schema ${schema} cascade`)
    await client.end()
  })
  return [engines[0], engines[1]]
}

/** Resolves with true when the engine tells its listeners, with false when it never does. */
function woken(engine: Engine): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), wokenWithinMs)
    engine.onCommit(() => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}

test('a commit wakes the other process', async () => {
  const [one, other] = await openTwo()
  const isWoken = woken(other)
  await one.acceptEvents([newEvent('k1')])
  expect(await isWoken).toBe(true)
})

test('what a process commits last, before it closes, wakes the other', async () => {
  const [one, other] = await openTwo()
  const isWoken = woken(other)
  await one.acceptEvents([newEvent('k1')])
  await one.close()
  expect(await isWoken).toBe(true)
})
