import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { accept } from './conformance/sample.ts'
import { temporaryDatabase } from './conformance/temporary-database.ts'
import { newClock } from './conformance/under-test.ts'
import { openStorage } from './open.ts'

test('a search for what is rare gives short pages, and finds it', async () => {
  const database = await temporaryDatabase()
  const storage = await openStorage({ database, clock: newClock() })
  onTestFinished(() => storage.close())
  await accept(storage, 'needle')
  const db = new DatabaseSync(database)
  db.exec(`with recursive n(i) as (select 2 union all select i + 1 from n where i < 120000)
    insert into events (seq, id, source, dedupe_key, type, mode, received_at, headers, body,
      body_hash) select i, 'evt_' || i, 'stripe', 'h' || i, 'hay', 'test', 0, '[]', x'00', x'00'
    from n`)
  db.close()
  const pages: number[] = []
  const keys: string[] = []
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page = await storage.events({ q: 'needle' }, { limit: 5, ...(cursor && { cursor }) })
    pages.push(page.data.length)
    keys.push(...page.data.map(({ dedupeKey }) => dedupeKey))
    cursor = page.next
  }
  expect([keys, pages]).toEqual([['needle'], [0, 0, 1]])
  // By its type it is found at once, because the hay is counted already.
  await storage.countTypes(200_000)
  const { data, next } = await storage.events({ type: 'invoice.paid' }, { limit: 5 })
  expect([data.length, next]).toEqual([1, null])
})
