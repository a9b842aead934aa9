/** The PostgreSQL engine: any number of processes on one database. */
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import { newListeners } from '../listeners.ts'
import type { Context, Dialect, Engine, Program } from '../program.ts'
import type { AcceptedEvent, NewEvent } from '../storage.ts'
import { acceptEventsAtOnce } from './accept.ts'
import { openPools, type Pools, quoteName } from './connect.ts'
import { advanceHorizon, beginHorizon, type Horizon } from './horizon.ts'
import {
  type Connections,
  closedError,
  closeLanes,
  enqueue,
  newLanes,
  transaction,
} from './lanes.ts'
import { bringUpToDate } from './schema.ts'
import { replication, warnUnprotected } from './server.ts'
import { settleDeliveriesAtOnce } from './settle.ts'
import type { SettleRequest } from './settling.ts'
import { checkDeferred } from './settling-sql.ts'
import { startWaker } from './wake.ts'

/** Group commits under way at the same time, fewer than the connections of their pool. */
const ingestLanesMax = 2
const workLanesMax = 2
const settleLanesMax = 2
/** They are written as sets, so that more of them hold their rows hardly longer. */
const settleGroupMax = 128
/** Providers wait five seconds at least; the answer needs the rest. */
const ingestWaitMsMax = 4_500
/** Transactions in which code of the app runs, each alone and on a connection of its own pool. */
const appLanesMax = 2
/** For the transactions that were open at the start to end. */
const horizonWaitMsMax = 1_000
const horizonLookEveryMs = 20
const statementTimeMs = 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint'
/** Several selects see one state of the database. */
const consistentRead = 'begin isolation level repeatable read read only'

export interface PostgresEngineOptions {
  readonly url: string
  readonly schema: string
  readonly log: Log
  readonly random: Random
  /** In tests, instead of the database's own clock. */
  readonly clock?: Clock | undefined
}

/** Opens the pools, brings the schema up to date and listens for the other processes. */
export async function openPostgres(options: PostgresEngineOptions): Promise<Engine> {
  const pools = await openPools(options)
  try {
    return await engineOn(pools, options)
  } catch (error) {
    await pools.end()
    throw error
  }
}

async function engineOn(pools: Pools, options: PostgresEngineOptions): Promise<Engine> {
  const { random, log, schema } = options
  const listeners = newListeners()
  const horizon: Horizon = { cursor: 0, gap: undefined, start: undefined }
  const searchPath = { app: pools.appSearchPath, own: quoteName(schema) }
  const dialect: Dialect = {
    ...newDialect(horizon),
    searchPath,
    ...(options.clock ? {} : { statementTimeMs }),
  }
  const plain: Connections = { pool: pools.work, dialect, random, clock: options.clock }
  await bringUpToDate(plain, schema)
  await findHorizon(plain, horizon)
  warnUnprotected(log, await transaction(plain, replication))
  const channel = quoteName(`hookline_${schema}`)
  const waker = await startWaker({ config: pools.config, channel, log, onWake: listeners.tell })
  const tell = () => {
    listeners.tell()
    waker.wake()
  }
  const tasks = {
    ...plain,
    programOf: oneByOne,
    onCommit: (done: readonly Task[]) => {
      if (done.some(({ wakes }) => wakes)) tell()
    },
  }
  const work = newLanes({ ...tasks, lanesMax: workLanesMax })
  const app = newLanes({ ...tasks, pool: pools.app, lanesMax: appLanesMax, groupMax: 1 })
  const ingest = newLanes({
    ...plain,
    pool: pools.ingest,
    lanesMax: ingestLanesMax,
    waitMsMax: ingestWaitMsMax,
    programOf: allAtOnce,
    onCommit: tell,
  })
  const settle = newLanes({
    ...plain,
    lanesMax: settleLanesMax,
    groupMax: settleGroupMax,
    programOf: (requests: readonly SettleRequest[]) => (context: Context) =>
      settleDeliveriesAtOnce(context, requests),
    onCommit: tell,
  })
  let closing: Promise<void> | undefined
  const close = async () => {
    await Promise.all([closeLanes(work), closeLanes(app), closeLanes(ingest), closeLanes(settle)])
    await waker.stop()
    await pools.end()
  }
  return {
    name: 'postgres',
    transact: async (program, { wakes = false, isAlone = false } = {}) =>
      (await enqueue(isAlone ? app : work, { program, wakes })) as never, // what it returned
    read: async (program) => {
      if (closing) throw closedError()
      return await transaction(plain, program, { begin: consistentRead })
    },
    acceptEvents: (events) => enqueue(ingest, events),
    settleDelivery: (lease, settlement) => enqueue(settle, { lease, settlement }),
    onCommit: (listener) => listeners.add(listener),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

interface Task {
  readonly program: (context: Context) => Program<unknown>
  readonly wakes: boolean
}

function oneByOne(tasks: readonly Task[]): (context: Context) => Program<unknown[]> {
  return function* (context) {
    const results: unknown[] = []
    for (const { program } of tasks) results.push(yield* program(context))
    return results
  }
}

/**
 * The events of many requests in one set of statements; each request gets its own part of the
 * answer.
 */
function allAtOnce(
  requests: readonly (readonly NewEvent[])[],
): (context: Context) => Program<AcceptedEvent[][]> {
  return function* (context) {
    const accepted = yield* acceptEventsAtOnce(context, requests.flat())
    let at = 0
    return requests.map(({ length }) => {
      at += length
      return accepted.slice(at - length, at)
    })
  }
}

function newDialect(horizon: Horizon): Dialect {
  return {
    name: 'postgres',
    forUpdate: 'for update',
    skipLocked: 'for update skip locked',
    lists: true,
    checkDeferred,
    // A row that is not there yet can not be held; its path can.
    lockAbsent: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
    newestCursor: function* () {
      yield* advanceHorizon(horizon)
      return horizon.cursor
    },
    replication,
  }
}

/** Where a transaction stays open for longer, the horizon begins at nothing and catches up. */
async function findHorizon(lanes: Connections, horizon: Horizon): Promise<void> {
  for (let waitedMs = 0; waitedMs < horizonWaitMsMax; waitedMs += horizonLookEveryMs) {
    if (await transaction(lanes, () => beginHorizon(horizon))) return
    await new Promise((resolve) => setTimeout(resolve, horizonLookEveryMs))
  }
}
