/**
 * What a server promises, looked at when a transaction begins and when Hookline starts: that it
 * takes writes, that a commit survives its power loss, and whether it survives the server itself.
 */
import type { Log } from '../../base/log.ts'
import { asNumber, asText, firstRow, type Program } from '../program.ts'
import type { Replication } from '../storage.ts'
import { ServerUnfit } from './fault.ts'

/** Asked for in the message that begins a transaction; leases are compared between machines. */
export const beginColumns = `(extract(epoch from clock_timestamp()) * 1000)::bigint as now,
  pg_is_in_recovery() or current_setting('default_transaction_read_only')::bool as refuses_writes,
  current_setting('synchronous_commit') as durability`

export interface BeginRow {
  readonly now: string
  readonly refuses_writes: boolean
  readonly durability: string
}

/**
 * A standby answers reads, with what it has. So does a primary that was demoted or fenced, and
 * what it shows gets older. @throws ServerUnfit, after which the connection is dropped, so that
 * the next one finds the server that the address names by then.
 */
export function assertFit(row: BeginRow | undefined): asserts row is BeginRow {
  if (!row || row.refuses_writes) throw readOnlyError()
  assertDurable(row.durability)
}

export function readOnlyError(cause?: unknown): ServerUnfit {
  return new ServerUnfit(
    'The PostgreSQL server refuses writes. It is a standby, or a primary that was demoted or ' +
      'fenced. Let HOOKLINE_DATABASE name an address that leads to the primary.',
    { cause },
  )
}

/** @throws ServerUnfit where a commit is answered before it is on disk. */
export function assertDurable(synchronousCommit: string | null | undefined): void {
  if (synchronousCommit && synchronousCommit !== 'off') return
  throw new ServerUnfit(
    'PostgreSQL would answer commits before they are on disk (synchronous_commit=off), though ' +
      'Hookline asks it not to. A pooler in between likely drops the settings of the ' +
      'connection. Connect to the server directly, or set it to on for the role.',
  )
}

/** How many machines have what was acknowledged. */
export function* replication(): Program<Replication> {
  const row = yield* firstRow(
    `select current_setting('synchronous_standby_names') as names,
      current_setting('synchronous_commit') as level,
      (select count(*) from pg_stat_replication) as standbys`,
  )
  const waits = ['on', 'remote_apply'].includes(asText(row?.level))
  if (asText(row?.names).trim() !== '' && waits) return 'synchronous'
  return asNumber(row?.standbys) > 0 ? 'asynchronous' : 'none'
}

/** One line at start, where acknowledged events would not outlive the server. */
export function warnUnprotected(log: Log, level: Replication): void {
  if (level === 'synchronous') return
  const lost =
    level === 'none'
      ? 'with the disk of this server every event is lost'
      : 'the last events answered 2xx before a failover are lost'
  log.warn('no synchronous standby protects the events that were answered 2xx', {
    replication: level,
    lost,
    do: 'set synchronous_standby_names on the server; see docs/operate/postgres.md',
  })
}
