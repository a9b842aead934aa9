/**
 * The negative controls: Hookline with one part taken out. Each must make the checker fail; one
 * that does not shows that the checker sees nothing. `break-storage.ts` puts this in the place of
 * the real one.
 */
import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { type OpenOptions, openStorage as openRealStorage } from '../../src/storage/open.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { type Control, readSettings } from './settings.ts'

type Breaks = (storage: Storage, options: OpenOptions) => Storage

/** How far behind its answers the write-behind queue of `acknowledge before commit` is. */
const writeBehindMs = 20
const busyTimeoutMs = 5_000
const grabbedMs = 2_000

const controls: Record<Control, Breaks> = {
  'no unique index': withoutUniqueIndex,
  'acknowledge before commit': withoutWaitingForCommit,
  'no fence': withoutFence,
}

export async function openStorage(options: OpenOptions): Promise<Storage> {
  const storage = await openRealStorage(options)
  const { control } = readSettings()
  return control ? controls[control](storage, options) : storage
}

/** No key is like another, so that none is found. */
function withoutUniqueIndex(storage: Storage): Storage {
  return {
    ...storage,
    acceptEvents: (events) =>
      storage.acceptEvents(
        events.map((event) => ({ ...event, dedupeKey: `${event.dedupeKey} ${randomUUID()}` })),
      ),
  }
}

function withoutWaitingForCommit(storage: Storage): Storage {
  return {
    ...storage,
    acceptEvents: async (events) => {
      setTimeout(() => void storage.acceptEvents(events).catch(() => {}), writeBehindMs)
      return events.map(() => ({ id: 'evt_not_stored_yet', duplicate: false, conflict: false }))
    },
  }
}

/** Whoever settles holds the lease, and nobody is told that a lease was lost. */
function withoutFence(storage: Storage, { database }: OpenOptions): Storage {
  const db = new DatabaseSync(database, { timeout: busyTimeoutMs })
  const grab = db.prepare(
    `update deliveries set state = 'running', token = ?, lease_until = ? where id = ?`,
  )
  return {
    ...storage,
    settleDelivery: (lease, settlement) => {
      grab.run(lease.token, Date.now() + grabbedMs, lease.id)
      return storage.settleDelivery(lease, settlement)
    },
    renewLeases: async (leases, leaseMs) => {
      await storage.renewLeases(leases, leaseMs)
      return []
    },
  }
}
