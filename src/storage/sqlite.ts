/**
 * The SQLite engine, on Node's own `node:sqlite`. Transactions that arrive together are committed
 * together: one BEGIN, one fsync, many answers. A failing member never fails its neighbours. It
 * refuses to run where a commit would not survive power loss.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'
import { type Listeners, newListeners } from './listeners.ts'
import type { Context, Dialect, Engine, Program, Row, Step } from './program.ts'
import { acceptEvents } from './sqlite-accept.ts'
import { Checkpoints } from './sqlite-checkpoints.ts'
import { isDiskFault, isIoError, storageError } from './sqlite-errors.ts'
import { openDatabase } from './sqlite-file.ts'
import { DedupeKeys } from './sqlite-keys.ts'
import { type Prepared, prepareStatement, type Run, runPrepared } from './sqlite-statement.ts'

const groupMax = 512
const preparedMax = 500
/** After so long without an accepted event the keys that wait are put into their index. */
const idleMs = 500

export interface SqliteOptions {
  readonly path: string
  readonly clock: Clock
  /** Test only, to show what is lost without it. */
  readonly synchronous?: 'FULL' | 'NORMAL'
  /** Test only: from so many keys on they are put into their index. */
  readonly sweepFrom?: number
}

/** What runs in a transaction, from its first statement to its last without a break. */
type Work<T> = (context: Context) => T

interface Member {
  readonly work: Work<unknown>
  readonly wakes: boolean
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

interface State {
  readonly options: SqliteOptions
  readonly run: Run
  readonly keys: DedupeKeys
  readonly checkpoints: Checkpoints
  readonly dialect: Dialect
  idleTimer: NodeJS.Timeout | undefined
  db: DatabaseSync | undefined
  readonly prepared: Map<string, Prepared>
  queue: Member[]
  isFlushPlanned: boolean
  isClosed: boolean
  readonly listeners: Listeners
}

export function openSqlite(options: SqliteOptions): Engine {
  const run: Run = (text, ...values) => runPrepared(prepare(state, text), values)
  const keys = new DedupeKeys(run, options.sweepFrom)
  const state: State = {
    options,
    run,
    keys,
    checkpoints: new Checkpoints(options.path),
    dialect: {
      name: 'sqlite',
      forUpdate: '',
      skipLocked: '',
      // biome-ignore lint/correctness/useYield: it runs its statements itself
      prunableUpTo: function* () {
        return keys.prunableUpTo()
      },
    },
    idleTimer: undefined,
    db: undefined,
    prepared: new Map(),
    queue: [],
    isFlushPlanned: false,
    isClosed: false,
    listeners: newListeners(),
  }
  connection(state)
  return {
    name: 'sqlite',
    transact: (program, { wakes = false } = {}) => enqueue(state, driven(state, program), wakes),
    acceptEvents: (list) =>
      enqueue(state, ({ now }) => acceptEvents({ run, keys, now }, list), true),
    read: async (program) => inTransaction(state, 'begin', driven(state, program)),
    onCommit: state.listeners.add,
    close: () => close(state),
  }
}

function enqueue<T>(state: State, work: Work<T>, wakes: boolean): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (state.isClosed) return reject(closedError())
    const settle = resolve as (value: unknown) => void // the value is what this program returned
    state.queue.push({ work, wakes, resolve: settle, reject })
    if (state.isFlushPlanned) return
    state.isFlushPlanned = true
    // After the events of this turn of the loop have been read: they share one commit.
    setImmediate(() => flush(state))
  })
}

function flush(state: State): void {
  state.isFlushPlanned = false
  const members = state.queue.splice(0, groupMax)
  if (state.queue.length > 0) {
    state.isFlushPlanned = true
    setImmediate(() => flush(state))
  }
  if (members.length > 0) commitGroup(state, members)
}

function commitGroup(state: State, members: readonly Member[]): void {
  try {
    const results = inTransaction(state, 'begin immediate', (context) => {
      const values = members.map(({ work }) => work(context))
      state.keys.sweep()
      return values
    })
    members.forEach((member, i) => {
      member.resolve(results[i])
    })
    if (members.some((member) => member.wakes)) state.listeners.tell()
    state.checkpoints.committed(members.length)
    planSweep(state)
  } catch (error) {
    // Nothing of the group was committed. Where one member is at fault, each runs alone, so that
    // only that one fails; where the disk is, trying each would only wait longer.
    const isAlone = members.length === 1 || isDiskFault(error)
    for (const member of members) {
      if (isAlone) member.reject(error)
      else commitGroup(state, [member])
    }
  }
}

function inTransaction<T>(state: State, begin: 'begin' | 'begin immediate', work: Work<T>): T {
  const db = connection(state)
  if (db.isTransaction) throw nestedError()
  const { keys, dialect } = state
  try {
    keys.begin()
    db.exec(begin)
    const result = work({ now: state.options.clock.now(), dialect })
    db.exec('commit')
    keys.committed()
    return result
  } catch (error) {
    keys.rolledBack()
    rollBack(state, db, error)
    throw storageError(error)
  }
}

function driven<T>(state: State, program: (context: Context) => Program<T>): Work<T> {
  return (context) => drive(state, program(context))
}

function drive<T>(state: State, program: Program<T>): T {
  let step = program.next([])
  while (!step.done) {
    let found: Row[]
    try {
      found = execute(state, step.value)
    } catch (error) {
      // A full or a broken disk is no fault of the statement: no program may take it for one and go
      // on.
      if (isDiskFault(error) || !state.db?.isTransaction) throw error
      step = program.throw(error)
      continue
    }
    step = program.next(found)
  }
  return step.value
}

function execute(state: State, step: Step): Row[] {
  if (!('text' in step)) throw noCallbacksError()
  return runPrepared(prepare(state, step.text), step.values)
}

function prepare(state: State, text: string): Prepared {
  const known = state.prepared.get(text)
  if (known) return known
  const prepared = prepareStatement(connection(state), text)
  if (state.prepared.size >= preparedMax) state.prepared.clear()
  state.prepared.set(text, prepared)
  return prepared
}

/**
 * After an I/O error SQLite's view of the file can not be trusted (a failed fsync may have dropped
 * the pages it was to write), so the connection is closed and the next use opens the file anew.
 */
function rollBack(state: State, db: DatabaseSync, error: unknown): void {
  if (isIoError(error)) {
    disconnect(state)
    return
  }
  try {
    if (db.isTransaction) db.exec('rollback')
  } catch {
    disconnect(state)
  }
}

function disconnect(state: State): void {
  state.prepared.clear()
  state.keys.forget()
  const db = state.db
  state.db = undefined
  try {
    db?.close()
  } catch {
    // It is out of use already; the error that led here is the one that is reported.
  }
}

function connection(state: State): DatabaseSync {
  if (state.isClosed) throw closedError()
  if (state.db) return state.db
  const { path, synchronous = 'FULL' } = state.options
  state.db = openDatabase(path, synchronous)
  return state.db
}

function planSweep(state: State): void {
  if (state.keys.waiting === 0) return
  state.idleTimer ??= setTimeout(sweepIdle, idleMs, state).unref()
}

/** A slice at a time, so that what comes in between waits for one slice at most. */
function sweepIdle(state: State): void {
  state.idleTimer = undefined
  if (state.isClosed) return
  if (!state.keys.isIdle()) planSweep(state)
  // Where that fails they wait on, in memory.
  else enqueue(state, () => state.keys.sweepIdle(), false).catch(() => {})
}

/** What waits in memory alone is found again in the events; a start is quicker without that. */
function sweepAll(state: State): void {
  try {
    if (state.keys.waiting > 0) inTransaction(state, 'begin immediate', () => state.keys.sweepAll())
  } catch {
    // A full disk, say: nothing is lost by it.
  }
}

async function close(state: State): Promise<void> {
  if (state.isClosed) return
  while (state.queue.length > 0) flush(state)
  clearTimeout(state.idleTimer)
  sweepAll(state)
  state.isClosed = true
  await state.checkpoints.stop()
  disconnect(state)
}

/** Between two awaits of a callback other code would run, with the transaction open. */
function noCallbacksError(): HooklineError {
  return new HooklineError(
    'config_invalid',
    'A callback can not run inside of a transaction of SQLite, which must end before any other ' +
      'code runs. Use tx.sql, or PostgreSQL (HOOKLINE_DATABASE=postgres://…).',
  )
}

function nestedError(): HooklineError {
  return new HooklineError(
    'storage_failed',
    'A verb of the storage was called within another one, by the function handed to that. ' +
      'Call it before or after.',
  )
}

function closedError(): HooklineError {
  return new HooklineError(
    'storage_closed',
    'The database is closed, because Hookline is stopping. Send the request again once it has ' +
      'started.',
  )
}
