/**
 * A group of settlements under way: what each member asks for is decided in memory, in order; the
 * app's own statements are sent in order as one message, and our rows are written as sets.
 */
import { writeAttempt } from '../attempts.ts'
import { announceDelivery } from '../deliveries.ts'
import {
  asNumber,
  asText,
  type Context,
  type Program,
  type Row,
  type Statement,
} from '../program.ts'
import { parkedTooLateMs, toInteger } from '../settle.ts'
import type { Effect, Lease, Settled, Settlement, SqlValue } from '../storage.ts'
import {
  applyWrite,
  asStored,
  type HeldDocuments,
  valuesOf,
  versionAt,
  writeBack,
} from './held-documents.ts'
import {
  bare,
  checkDeferred,
  insertAttempts,
  insertChanges,
  lookBack,
  lookIn,
  releaseParked,
  releaseSavepoint,
  savepoint,
  updateDeliveries,
} from './settling-sql.ts'

export interface SettleRequest {
  readonly lease: Lease
  readonly settlement: Settlement
}

export type Final = Exclude<Settlement, { outcome: 'released' }>

export interface Ending {
  readonly request: SettleRequest
  readonly settlement: Final
}

export interface Member extends Ending {
  /** As it was while running. */
  readonly row: Row
}

export interface Group {
  readonly context: Context
  readonly documents: HeldDocuments
  /** Statements of the app's that were not sent yet, and whose they are. */
  asked: { readonly member: Member; readonly statement: Statement }[]
  /** Rows of changes that were not written yet. */
  changes: (readonly SqlValue[])[]
  /** Paths that were written, for which deliveries may wait. */
  written: Set<string>
  readonly attempts: (readonly SqlValue[])[]
  /** The rows of the members as they end. */
  readonly ended: Row[]
  /** Whether there is a savepoint to go back to, which is before all that was asked for. */
  isSaved: boolean
  /** Whose the first statements of the last pipeline were; `all` where it is not known. */
  sent: readonly (Member | 'all')[]
}

export function newGroup(context: Context, documents: HeldDocuments): Group {
  return {
    context,
    documents,
    asked: [],
    changes: [],
    written: new Set(),
    attempts: [],
    ended: [],
    isSaved: false,
    sent: [],
  }
}

/** As `settle.settleDelivery` behind its fence, but that nothing need be written yet. */
export function* settleMember(group: Group, member: Member): Program<Settled> {
  const { settlement } = member
  if (settlement.outcome === 'done') {
    const { reads, effects } = settlement
    const isStale = reads.some(({ path, version }) => versionAt(group.documents, path) !== version)
    if (isStale) return { result: 'conflict' }
    yield* applyEffects(group, member, effects)
  }
  end(group, member)
  return { result: 'settled' }
}

function* applyEffects(group: Group, member: Member, effects: readonly Effect[]): Program<void> {
  const { now } = group.context
  const eventId = asText(member.row.event_id)
  let hasWritten = false
  for (const effect of effects) {
    if (effect.kind === 'transaction') throw new Error('A callback shares no transaction.')
    if (effect.kind === 'sql') {
      // It may look at what the same handler has written before it.
      if (hasWritten) yield* flush(group)
      hasWritten = false
      group.asked.push({
        member,
        statement: { text: effect.text, values: effect.values.map(toInteger) },
      })
      continue
    }
    const change = applyWrite(group.documents, effect, { now, eventId })
    if (!change) continue
    hasWritten = true
    group.changes.push(change)
    if (effect.kind !== 'delete') free(group, asStored(effect.path))
  }
}

/** Deliveries that are parked on the path are due: those of this group, and all others later. */
function free(group: Group, path: string): void {
  group.written.add(path)
  for (const row of group.ended) {
    if (row.state !== 'parked' || row.parked_on !== path) continue
    Object.assign(row, { state: 'ready', due_at: group.context.now, parked_on: null })
  }
}

function end(group: Group, { row, settlement }: Member): void {
  const { now } = group.context
  const { outcome } = settlement
  const error = 'error' in settlement ? asStored(settlement.error) : null
  const ended = {
    ...row,
    ...nextState(group.documents, settlement, { now, dueAt: asNumber(row.due_at) }),
    last_error: error,
    updated_at: now,
  }
  group.ended.push(ended)
  group.attempts.push(valuesOf(writeAttempt(row, { now, outcome, error })))
  group.changes.push(valuesOf(announceDelivery(now, ended)))
}

interface NextState {
  readonly state: string
  readonly due_at: number
  readonly parked_on: string | null
}

function nextState(
  documents: HeldDocuments,
  settlement: Final,
  { now, dueAt }: { now: number; dueAt: number },
): NextState {
  const state = (name: string, due_at = dueAt) => ({ state: name, due_at, parked_on: null })
  switch (settlement.outcome) {
    case 'done':
      return state('done')
    case 'parked': {
      if (versionAt(documents, settlement.on) > 0) return state('ready', now + parkedTooLateMs)
      return { ...state('parked'), parked_on: asStored(settlement.on) }
    }
    case 'failed':
    case 'timed_out':
      return settlement.retryAt === null ? state('failed') : state('ready', settlement.retryAt)
  }
}

/** All that is left to be written, and the new states. */
export function* writeGroup(group: Group): Program<void> {
  yield* flush(group, [...updateDeliveries(group.ended), ...insertAttempts(group.attempts)])
}

/** What was asked for so far, in its order: first the app's statements, then our rows. */
function* flush(group: Group, more: readonly Statement[] = []): Program<void> {
  const { documents, changes, written, context } = group
  const asked = takeAsked(group, more.length > 0)
  const statements = [
    ...asked,
    ...writeBack(documents, context.now),
    ...releaseParked(written, context.now),
    ...more,
    // Behind other rows: see horizon.ts.
    ...insertChanges(changes),
  ]
  group.changes = []
  group.written = new Set()
  if (statements.length > 0) yield { pipeline: statements }
}

/**
 * The app's statements, with its names; before the first of them, and before what is written in
 * between, the point to go back to. Behind the last it is given up: rows that were locked before it
 * and changed within it would each cost the server a record of both.
 */
function takeAsked(group: Group, isLast: boolean): Statement[] {
  const { asked } = group
  const { searchPath } = group.context.dialect
  const isRun = asked.length > 0 && searchPath !== undefined
  const start = group.isSaved || (isLast && !isRun) ? [] : [savepoint]
  group.isSaved ||= start.length > 0
  const end = group.isSaved && isLast ? [releaseSavepoint] : []
  group.sent = []
  if (!isRun) return [...start, ...end]
  const before = [...start, lookIn(searchPath.app)]
  const behind = [...checkDeferred.map(bare), lookBack(searchPath)]
  const all = (list: readonly Statement[]) => list.map(() => 'all' as const)
  group.asked = []
  group.sent = [...all(before), ...asked.map(({ member }) => member), ...all(behind)]
  return [...before, ...asked.map(({ statement }) => statement), ...behind, ...end]
}
