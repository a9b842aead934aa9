/** Opens the database and gives the contract's verbs, each one program in one transaction. */
import type { Clock } from '../base/clock.ts'
import { type Log, silentLog } from '../base/log.ts'
import { type Random, systemRandom } from '../base/random.ts'
import { adminVerbs } from './admin-key-programs.ts'
import { auditVerbs } from './audit-programs.ts'
import { bulkVerbs } from './bulk-programs.ts'
import { callVerbs } from './call-programs.ts'
import * as changes from './changes.ts'
import * as claim from './claim.ts'
import { connectionVerbs } from './connection-programs.ts'
import * as deliveries from './deliveries.ts'
import * as documents from './documents.ts'
import * as eventList from './event-list.ts'
import * as events from './events.ts'
import { historyVerbs } from './history-programs.ts'
import { keyVerbs } from './key-programs.ts'
import { migrate } from './migrations.ts'
import { observedVerbs } from './observed-programs.ts'
import * as once from './once.ts'
import { openPostgres } from './postgres/engine.ts'
import { type Engine, type Program, rows } from './program.ts'
import { prune } from './prune.ts'
import * as replays from './replays.ts'
import { runsCallback, settleDelivery } from './settle.ts'
import { openSqlite } from './sqlite.ts'
import { stats } from './stats.ts'
import type { ClaimedDelivery, ClaimOptions, Replication, Storage } from './storage.ts'

export interface OpenOptions {
  /** A file path, or `postgres://user:password@host/database`. */
  readonly database: string
  /** SQLite goes by it; PostgreSQL by the clock of its server. */
  readonly clock: Clock
  /** Default: silent. */
  readonly log?: Log
  readonly random?: Random
  /** Hookline's schema in a PostgreSQL database. Default `hookline`. */
  readonly schema?: string
}

/**
 * Opens the database, brings its schema up to date and gives the storage.
 * @throws HooklineError `storage_incompatible` when a newer Hookline wrote it, `storage_failed`.
 */
export async function openStorage(options: OpenOptions): Promise<Storage> {
  const { database, clock, schema = 'hookline' } = options
  const { log = silentLog, random = systemRandom } = options
  if (isPostgres(database)) {
    return storageOn(await openPostgres({ url: database, schema, log, random }))
  }
  const engine = openSqlite({ path: database, clock })
  try {
    await engine.transact(migrate)
  } catch (error) {
    await engine.close()
    throw error
  }
  return storageOn(engine)
}

export function isPostgres(database: string): boolean {
  return /^postgres(ql)?:\/\//i.test(database)
}

const wakes = { wakes: true }

/** The verbs on an engine whose schema is up to date. */
export function storageOn(engine: Engine): Storage {
  const { transact, read } = engine
  return {
    engine: engine.name,
    acceptEvents: (list) => engine.acceptEvents(list),
    event: (id) => read(() => events.event(id)),
    events: (filter, page) => read(() => eventList.events(filter, page)),
    lastEvent: (source) => read(() => eventList.lastEvent(source)),
    countEvents: (filter) => read(() => eventList.countEvents(filter)),

    claimDeliveries: (options) => claimDeliveries(engine, options),
    renewLeases: (leases, leaseMs) => transact((c) => claim.renewLeases(c, leases, leaseMs)),
    settleDelivery: (lease, settlement) =>
      engine.settleDelivery && !runsCallback(settlement)
        ? engine.settleDelivery(lease, settlement)
        : transact((c) => settleDelivery(c, lease, settlement), {
            ...wakes,
            isAlone: runsCallback(settlement),
          }),
    dueInMs: (targets) => read((c) => claim.dueInMs(c, targets)),
    deliveries: (filter, page) => read(() => deliveries.deliveries(filter, page)),
    delivery: (id) => read(() => deliveries.delivery(id)),
    requeueDelivery: (id) => transact((c) => deliveries.requeueDelivery(c, id), wakes),
    cancelDelivery: (id) => transact((c) => deliveries.cancelDelivery(c, id), wakes),

    replayEvent: (id, targets) => transact((c) => replays.replayEvent(c, id, targets), wakes),
    createReplay: (filter, targets, perSecond = null) =>
      transact((c) => replays.createReplay(c, { filter, targets, perSecond }), wakes),
    advanceReplay: (limit, targetsOf) =>
      transact((c) => replays.advanceReplay(c, limit, targetsOf), wakes),
    replay: (id) => read(() => replays.replay(id)),
    replays: (page) => read(() => replays.replays(page)),
    cancelReplay: (id) => transact((c) => replays.cancelReplay(c, id), wakes),

    document: (path) => read(() => documents.document(path)),
    documents: (prefix, page) => read(() => documents.documents(prefix, page)),
    writeDocument: (write) => transact((c) => documents.writeDocument(c, write), wakes),
    snapshot: (path, limit) => read((c) => documents.snapshot(c, path, limit)),
    changesAfter: (cursor, limit) => read((c) => changes.changesAfter(c, cursor, limit)),
    newestCursor: () => read(changes.newestCursor),
    onChange: (listener) => engine.onCommit(listener),

    prune: (options) => transact((c) => prune(c, options)),
    useOnce: (key, expiresAt) => transact((c) => once.useOnce(c, key, expiresAt)),
    stats: (sources) => read((c) => stats(c, sources)),
    ...keyVerbs(engine),
    ...adminVerbs(engine),
    ...connectionVerbs(engine),
    ...auditVerbs(engine),
    ...callVerbs(engine),
    ...observedVerbs(engine),
    ...historyVerbs(engine),
    ...bulkVerbs(engine),
    check: () => check(engine),
    close: () => engine.close(),
  }
}

/**
 * It changes a row: where nothing changes SQLite writes nothing, and a full disk would go
 * unnoticed.
 */
async function check({ transact }: Engine): Promise<{ replication: Replication }> {
  return await transact(function* ({ now, dialect }): Program<{ replication: Replication }> {
    yield* rows(
      `insert into once (key, expires_at) values ('hookline/check', $1)
        on conflict (key) do update set expires_at = once.expires_at + 1`,
      now,
    )
    return { replication: dialect.replication ? yield* dialect.replication() : 'none' }
  })
}

/** A claim alone wakes nobody, or it would wake the one who claims, without end. */
async function claimDeliveries(engine: Engine, options: ClaimOptions): Promise<ClaimedDelivery[]> {
  const atOnce = await engine.claimDeliveries?.(options)
  if (atOnce) return atOnce
  const { claimed, parked } = await engine.transact((c) => claim.claimDeliveries(c, options))
  if (parked > 0) await engine.transact(nothing, wakes)
  return claimed
}

/** Committed for its wake-up alone. */
function* nothing(): Program<void> {}
