/**
 * The negative controls on PostgreSQL: Hookline with one part taken out. Each must make the checker
 * fail. `../crash/break-storage.ts` puts this in the place of the real one.
 */
import pg from 'pg'
import { type OpenOptions, openStorage as openRealStorage } from '../../src/storage/open.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { type Control, readSettings } from '../crash/settings.ts'

type Breaks = (storage: Storage, database: string) => Promise<Storage>

/** How far behind its answers the write-behind queue of `acknowledge before commit` is. */
const writeBehindMs = 200
const grabbedMs = 5_000

const controls: Record<Control, Breaks> = {
  'no unique index': withoutUniqueIndex,
  'acknowledge before commit': withoutWaitingForCommit,
  'no fence': withoutFence,
}

export async function openStorage(options: OpenOptions): Promise<Storage> {
  const storage = await openRealStorage(options)
  const { control } = readSettings()
  return control ? await controls[control](storage, options.database) : storage
}

/** The index stays, because the statement names it; no two rows have the same key any more. */
async function withoutUniqueIndex(storage: Storage, database: string): Promise<Storage> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  await client.query(`begin; select pg_advisory_xact_lock(1);
    create or replace function never_the_same() returns trigger language plpgsql as $$
      begin new.dedupe_key := gen_random_uuid(); return new; end $$;
    create or replace trigger never_the_same before insert on hookline.dedupe_keys
      for each row execute function never_the_same(); commit`)
  await client.end()
  return storage
}

async function withoutWaitingForCommit(storage: Storage): Promise<Storage> {
  return {
    ...storage,
    acceptEvents: async (events) => {
      setTimeout(() => void storage.acceptEvents(events).catch(() => {}), writeBehindMs)
      return events.map(() => ({ id: 'evt_not_stored_yet', duplicate: false, conflict: false }))
    },
  }
}

/** Whoever settles holds the lease, and nobody is told that a lease was lost. */
async function withoutFence(storage: Storage, database: string): Promise<Storage> {
  const pool = new pg.Pool({ connectionString: database, max: 2 })
  pool.on('error', () => {})
  return {
    ...storage,
    settleDelivery: async (lease, settlement) => {
      await pool.query(
        `update hookline.deliveries set state = 'running', token = $1,
          lease_until = (extract(epoch from clock_timestamp()) * 1000)::bigint + ${grabbedMs}
          where id = $2`,
        [lease.token, lease.id],
      )
      return await storage.settleDelivery(lease, settlement)
    },
    renewLeases: async (leases, leaseMs) => {
      await storage.renewLeases(leases, leaseMs)
      return []
    },
    close: async () => {
      await storage.close()
      await pool.end()
    },
  }
}
