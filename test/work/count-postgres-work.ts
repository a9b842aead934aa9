/**
 * Counts what accepting and handling events costs on PostgreSQL, by what the server itself counts:
 * work and not time. A backend tells its counts for certain when it ends, and so each count is of
 * a storage that was opened, used and closed, less one that was not used.
 */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { systemClock } from '../../src/base/clock.ts'
import { openStorage } from '../../src/storage/open.ts'
import type { ClaimedDelivery, Storage } from '../../src/storage/storage.ts'
import { acceptGroup, groupSize } from './senders.ts'

export interface PostgresWork {
  readonly commits: number
  readonly walBytes: number
  /** Entries of all indexes on deliveries that were walked over or found. */
  readonly indexEntries: number
  /** Tables that were read from their beginning to their end. */
  readonly tablesRead: number
}

const groups = 16
const pollMs = 20
const options = { limit: groupSize, leaseMs: 60_000, targets: ['handler'] }

async function acceptGroups(storage: Storage): Promise<void> {
  for (let i = 0; i < groups; i++) await acceptGroup(storage)
}

/** All run before the first of them ends, as where handlers take their time. */
async function handleGroups(storage: Storage): Promise<void> {
  const claimed: ClaimedDelivery[] = []
  for (let i = 0; i < groups; i++) {
    claimed.push(...(await storage.claimDeliveries({ ...options, suspects: 1, crashesMax: 3 })))
  }
  if (claimed.length !== groups * groupSize) throw new Error(`${claimed.length} were claimed.`)
  while (claimed.length > 0) {
    await Promise.all(claimed.splice(0, groupSize).map((delivery) => settle(storage, delivery)))
  }
}

async function settle(storage: Storage, delivery: ClaimedDelivery): Promise<void> {
  const sql = { kind: 'sql', text: 'update paid set n = n + 1 where id = $1', values: [1] } as const
  await storage.settleDelivery(delivery, { outcome: 'done', effects: [sql], reads: [] })
}

/** @param url a database of its own. */
export async function countPostgresWork(
  url: string,
): Promise<{ accepted: PostgresWork; handled: PostgresWork }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create table paid (id int primary key, n int not null)')
  const count = (use: (storage: Storage) => Promise<void>) => counted(client, url, use)
  await count(acceptGroups)
  await count(handleGroups)
  const unused = await count(async () => {})
  const accepted = await count(acceptGroups)
  const handled = await count(handleGroups)
  await client.end()
  return { accepted: perEvent(accepted, unused), handled: perEvent(handled, unused) }
}

async function counted(
  client: pg.Client,
  url: string,
  use: (storage: Storage) => Promise<void>,
): Promise<PostgresWork> {
  const before = await read(client)
  const storage = await openStorage({ database: url, clock: systemClock })
  await use(storage)
  await storage.close()
  await untilNobodyIsConnected(client)
  return less(await read(client), before)
}

async function untilNobodyIsConnected(client: pg.Client): Promise<void> {
  const connected = `select count(*)::int as n from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`
  while ((await client.query(connected)).rows[0]?.n > 0) await wait(pollMs)
}

async function read(client: pg.Client): Promise<PostgresWork> {
  const { rows } = await client.query(`select
    (select xact_commit from pg_stat_database where datname = current_database())::float
      as commits,
    (select pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float as "walBytes",
    (select coalesce(sum(idx_tup_read), 0) from pg_stat_user_indexes
      where relname = 'deliveries')::float as "indexEntries",
    (select coalesce(sum(seq_scan), 0) from pg_stat_user_tables
      where relname in ('deliveries', 'events', 'attempts', 'changes', 'dedupe_keys'))::float
      as "tablesRead"`)
  return rows[0]
}

function less(work: PostgresWork, other: PostgresWork): PostgresWork {
  return {
    commits: work.commits - other.commits,
    walBytes: work.walBytes - other.walBytes,
    indexEntries: work.indexEntries - other.indexEntries,
    tablesRead: work.tablesRead - other.tablesRead,
  }
}

function perEvent(work: PostgresWork, unused: PostgresWork): PostgresWork {
  const { commits, walBytes, indexEntries, tablesRead } = less(work, unused)
  const events = groups * groupSize
  return {
    commits: commits / events,
    walBytes: walBytes / events,
    indexEntries: indexEntries / events,
    tablesRead: tablesRead / events,
  }
}
