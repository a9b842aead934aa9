import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../base/clock.ts'
import { conformance } from './conformance/conformance.ts'
import type { OpenedForTest } from './conformance/under-test.ts'
import { openStorage } from './open.ts'
import type { Storage } from './storage.ts'

async function openSqliteForTest({ clock }: { clock: Clock }): Promise<OpenedForTest> {
  const folder = await mkdtemp(join(tmpdir(), 'hookline-'))
  const database = join(folder, 'hookline.db')
  const opened: Storage[] = []
  const open = async () => {
    const storage = await openStorage({ database, clock })
    opened.push(storage)
    return storage
  }
  const storage = await open()
  return {
    storage,
    openAnother: open,
    reopen: async () => {
      await storage.close()
      return open()
    },
    sql: async (text) => {
      const db = new DatabaseSync(database)
      try {
        return db.prepare(text).all()
      } finally {
        db.close()
      }
    },
    remove: async () => {
      for (const each of opened) await each.close()
      await rm(folder, { recursive: true })
    },
  }
}

conformance('SQLite', openSqliteForTest)
