/** The PostgreSQL engine: any number of processes on one database. */
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import { newListeners } from '../listeners.ts'
import type { Context, Dialect, Engine, Program } from '../program.ts'
import type { NewEvent } from '../storage.ts'
import { acceptRequests } from './accept.ts'
import { claimAtOnce, newClaimPosition } from './claim.ts'
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
/** One statement for all of them, so that more of them hold their keys hardly longer. */
const ingestGroupMax = 256
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
  const { work, app, ingest, settle } = newQueues(plain, pools, tell)
  const position = newClaimPosition()
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
    claimDeliveries: async (options) => {
      if (closing) throw closedError()
      return await claimAtOnce(plain, position, options)
    },
    settleDelivery: (lease, settlement) => enqueue(settle, { lease, settlement }),
    onCommit: (listener) => listeners.add(listener),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/** What waits for a connection, by what may wait for what: ingest waits for nothing else. */
function newQueues(plain: Connections, pools: Pools, tell: () => void) {
  const tasks = {
    run: runTasks(plain),
    onCommit: (done: readonly Task[]) => {
      if (done.some(({ wakes }) => wakes)) tell()
    },
  }
  const work = newLanes({ ...tasks, lanesMax: workLanesMax })
  const app = newLanes({
    ...tasks,
    run: runTasks({ ...plain, pool: pools.app }),
    lanesMax: appLanesMax,
    groupMax: 1,
  })
  const accepting: Connections = { ...plain, pool: pools.ingest }
  const ingest = newLanes({
    lanesMax: ingestLanesMax,
    groupMax: ingestGroupMax,
    waitMsMax: ingestWaitMsMax,
    run: (requests: readonly (readonly NewEvent[])[], runsMax) =>
      acceptRequests(accepting, requests, runsMax),
    onCommit: tell,
  })
  const settle = newLanes({
    lanesMax: settleLanesMax,
    groupMax: settleGroupMax,
    run: (requests: readonly SettleRequest[], runsMax) =>
      transaction(plain, (context) => settleDeliveriesAtOnce(context, requests), { runsMax }),
    onCommit: tell,
  })
  return { work, app, ingest, settle }
}

interface Task {
  readonly program: (context: Context) => Program<unknown>
  readonly wakes: boolean
}

function runTasks(lanes: Connections) {
  return async (tasks: readonly Task[], runsMax: number): Promise<unknown[]> => {
    return await transaction(lanes, (context) => oneByOne(context, tasks), { runsMax })
  }
}

function* oneByOne(context: Context, tasks: readonly Task[]): Program<unknown[]> {
  const results: unknown[] = []
  for (const { program } of tasks) results.push(yield* program(context))
  return results
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
