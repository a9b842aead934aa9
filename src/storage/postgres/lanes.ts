/**
 * Group commit over a pool: programs that wait are run together in one transaction on the next free
 * connection, so that one commit answers many. A failing member never fails its neighbours.
 */
import type { Pool, PoolClient } from 'pg'
import type { Clock } from '../../base/clock.ts'
import { HooklineError } from '../../base/errors.ts'
import type { Random } from '../../base/random.ts'
import type { Context, Dialect, Program, Row, Statement, Step } from '../program.ts'
import { runAppTransaction } from './app-client.ts'
import { execute, executePipeline } from './connect.ts'
import {
  isConflict,
  isReadOnly,
  isStatementFault,
  mayBeHandled,
  ServerUnfit,
  toStorageError,
} from './fault.ts'
import type { Fields } from './pipeline.ts'
import { assertDurable, assertFit, type BeginRow, beginColumns, readOnlyError } from './server.ts'

/** Programs in one transaction. More would hold their rows too long. */
const groupMaxDefault = 50
/** A deadlock or a serialisation failure is tried again this often, a little later each time. */
const conflictsMax = 8
const conflictWaitMs = 15

export interface Connections {
  readonly pool: Pool
  readonly dialect: Dialect
  readonly random: Random
  /** In tests, instead of the database's own. */
  readonly clock?: Clock | undefined
}

export interface LanesOptions<Input, Result> {
  /** Group commits under way at the same time. */
  readonly lanesMax: number
  /** Members in one transaction. Default 50. */
  readonly groupMax?: number
  /** Who has waited so long is refused, whether it is known that nothing was done or not. */
  readonly waitMsMax?: number
  /** Does the work of all members, in transactions of its own, and gives each its result. */
  readonly run: (inputs: readonly Input[], runsMax: number) => Promise<Result[]>
  /** Called after the commit. */
  readonly onCommit: (inputs: readonly Input[]) => void
}

export interface Lanes<Input, Result> extends LanesOptions<Input, Result> {
  readonly queue: Member<Input, Result>[]
  running: number
  isClosed: boolean
  /** Members of the next group; falls to one where groups stand in each other's way. */
  groupNow: number
}

interface Member<Input, Result> {
  readonly input: Input
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

export function newLanes<Input, Result>(
  options: LanesOptions<Input, Result>,
): Lanes<Input, Result> {
  const groupNow = options.groupMax ?? groupMaxDefault
  return { ...options, queue: [], running: 0, isClosed: false, groupNow }
}

export function enqueue<Input, Result>(lanes: Lanes<Input, Result>, input: Input): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    if (lanes.isClosed) {
      reject(closedError())
      return
    }
    lanes.queue.push(inTime(lanes, { input, resolve, reject }))
    // After the events of this turn of the loop have been read: they share one commit.
    if (lanes.running < lanes.lanesMax) setImmediate(() => startLane(lanes))
  })
}

/**
 * Its turn may come late, and each statement has a limit of its own: their sum would be longer
 * than whoever waits is there.
 */
function inTime<Input, Result>(
  lanes: Lanes<Input, Result>,
  { input, resolve, reject }: Member<Input, Result>,
): Member<Input, Result> {
  const { waitMsMax, queue } = lanes
  if (waitMsMax === undefined) return { input, resolve, reject }
  const refuse = () => {
    const at = queue.indexOf(member)
    if (at >= 0) queue.splice(at, 1)
    reject(lateError(waitMsMax))
  }
  const timer = setTimeout(refuse, waitMsMax)
  const answered = <T>(answer: (value: T) => void) => {
    return (value: T) => {
      clearTimeout(timer)
      answer(value)
    }
  }
  const member = { input, resolve: answered(resolve), reject: answered(reject) }
  return member
}

function lateError(waitMsMax: number): HooklineError {
  return new HooklineError(
    'storage_failed',
    `PostgreSQL did not answer within ${waitMsMax} ms. It, or the way to it, is down or ` +
      'overloaded; whether the last commit was applied may be unknown, and a repeat is ' +
      'recognised. Check that the server runs and takes connections.',
  )
}

/** What waits is still done; what comes after is refused. */
export async function closeLanes<Input, Result>(lanes: Lanes<Input, Result>): Promise<void> {
  lanes.isClosed = true
  while (lanes.queue.length > 0 || lanes.running > 0) {
    startLane(lanes)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function startLane<Input, Result>(lanes: Lanes<Input, Result>): void {
  if (lanes.queue.length === 0 || lanes.running >= lanes.lanesMax) return
  lanes.running++
  void runLane(lanes).finally(() => {
    lanes.running--
    startLane(lanes)
  })
}

async function runLane<Input, Result>(lanes: Lanes<Input, Result>): Promise<void> {
  while (lanes.queue.length > 0) {
    await commitGroup(lanes, lanes.queue.splice(0, lanes.groupNow))
  }
}

async function commitGroup<Input, Result>(
  lanes: Lanes<Input, Result>,
  members: readonly Member<Input, Result>[],
): Promise<void> {
  const inputs = members.map(({ input }) => input)
  try {
    // A group holds the rows of all its members: it would only lose again.
    const runsMax = members.length > 1 ? 1 : conflictsMax
    const results = await lanes.run(inputs, runsMax)
    lanes.groupNow = Math.min(lanes.groupNow * 2, lanes.groupMax ?? groupMaxDefault)
    members.forEach((member, i) => {
      member.resolve(results[i] as Result) // there are as many results as inputs
    })
    lanes.onCommit(inputs)
  } catch (error) {
    // Where one member is at fault each runs alone; where the server is, that would only wait
    // longer.
    const mayBeOne = members.length > 1 && !isServersFault(error)
    if (isConflict(error)) lanes.groupNow = 1
    for (const member of members) {
      if (mayBeOne) await commitGroup(lanes, [member])
      else member.reject(error)
    }
  }
}

/**
 * Not a statement of ours and not a row that another holds: the connection, the disk, the server.
 */
function isServersFault(error: unknown): boolean {
  const isOurs = error instanceof HooklineError && error.cause === undefined
  return !isOurs && !isConflict(error) && !isStatementFault(error)
}

/** Runs the program in a transaction of its own, again where it lost against another. */
export async function transaction<T>(
  lanes: Connections,
  program: (context: Context) => Program<T>,
  { begin = 'begin', runsMax = conflictsMax }: { begin?: string; runsMax?: number } = {},
): Promise<T> {
  return await again(lanes, runsMax, (client) => once(client, lanes, { program, begin }))
}

/**
 * Statements that are a transaction by themselves, which costs one message there and one back. The
 * answer is the rows of the last of them. What is looked at where others begin is its first column.
 */
export async function atOnce(
  lanes: Connections,
  statements: readonly Statement[],
  runsMax = conflictsMax,
): Promise<Fields[]> {
  return await again(lanes, runsMax, async (client) => {
    try {
      const found = await confirmed(client, () => executePipeline(client, statements))
      assertDurable(found[0]?.[0])
      return found
    } catch (error) {
      throw isReadOnly(error) ? readOnlyError(error) : error
    }
  })
}

async function again<T>(
  { pool, random }: Connections,
  runsMax: number,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  for (let run = 1; ; run++) {
    try {
      return await connected(pool, work)
    } catch (error) {
      if (!isConflict(error) || run >= runsMax) throw toStorageError(error)
      const waitMs = conflictWaitMs * run * (0.5 + random())
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
}

async function connected<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    return await work(client)
  } catch (error) {
    broken = await rollBack(client, error)
    throw error
  } finally {
    // A connection whose state is unknown is closed instead of given back.
    client.release(broken)
  }
}

async function once<T>(
  client: PoolClient,
  { dialect, clock }: Connections,
  { program, begin }: { program: (context: Context) => Program<T>; begin: string },
): Promise<T> {
  const databaseNow = await beginAt(client, begin)
  const result = await drive(client, program({ now: clock?.now() ?? databaseNow, dialect }))
  const { command } = await confirmed(client, () => client.query('commit'))
  if (command !== 'COMMIT') throw unconfirmedError()
  return result
}

/** Begins, looks in the same message whether the server is fit, and gives its time. */
async function beginAt(client: PoolClient, begin: string): Promise<number> {
  const answers: unknown = await client.query(`${begin}; select ${beginColumns}`)
  // Two statements in one message have two results; the types of pg know only of one.
  const [, { rows }] = answers as [unknown, { rows: BeginRow[] }]
  const row = rows[0]
  assertFit(row)
  return Number(row.now)
}

/**
 * A commit is answered as done, with no more than a notice, where an operator cancelled its wait
 * for the synchronous standby; and as a rollback where the transaction had failed before.
 */
async function confirmed<T>(client: PoolClient, commit: () => Promise<T>): Promise<T> {
  let isUnconfirmed = false
  const look = ({ routine }: { routine: string | undefined }) => {
    isUnconfirmed ||= routine === 'SyncRepWaitForLSN'
  }
  client.on('notice', look)
  try {
    const result = await commit()
    if (isUnconfirmed) throw unconfirmedError()
    return result
  } finally {
    client.off('notice', look)
  }
}

function unconfirmedError(): ServerUnfit {
  return new ServerUnfit(
    'PostgreSQL did not confirm a commit: its wait for the synchronous standby was cancelled, or ' +
      'the transaction was rolled back. It counts as not committed, and is tried again or sent ' +
      'again. Look at the log of the server.',
  )
}

async function drive<T>(client: PoolClient, program: Program<T>): Promise<T> {
  let step = program.next([])
  while (!step.done) {
    let found: Row[]
    try {
      found = await take(client, step.value)
    } catch (error) {
      // Only what the statement itself is to blame for may be handled by the program.
      if (!mayBeHandled(error)) throw error
      step = program.throw(error)
      continue
    }
    step = program.next(found)
  }
  return step.value
}

async function take(client: PoolClient, step: Step): Promise<Row[]> {
  if ('text' in step) return await execute(client, step)
  if ('pipeline' in step) await executePipeline(client, step.pipeline)
  else await runAppTransaction(client, step.run)
  return []
}

async function rollBack(client: PoolClient, error: unknown): Promise<Error | undefined> {
  const isUsable = isConflict(error) || isStatementFault(error) || error instanceof HooklineError
  if (!isUsable) return error instanceof Error ? error : new Error('unknown')
  try {
    await client.query('rollback')
    return undefined
  } catch (second) {
    return second instanceof Error ? second : new Error('unknown')
  }
}

export function closedError(): HooklineError {
  return new HooklineError(
    'storage_closed',
    'The database is closed, because Hookline is stopping. Send the request again once it has ' +
      'started.',
  )
}
