/**
 * The settling transaction: the fence first, then every effect the handler asked for, the changes,
 * the attempt and the new state. All of it or nothing.
 */
import { errorText } from '../base/errors.ts'
import { recordFenced, writeAttempt } from './attempts.ts'
import { announceDelivery } from './deliveries.ts'
import { heldVersion, writeDocument } from './documents.ts'
import { asText, type Context, firstRow, type Program, type Row, rows } from './program.ts'
import type {
  AttemptOutcome,
  DocumentRead,
  Effect,
  Lease,
  Settled,
  Settlement,
  SqlValue,
} from './storage.ts'

/** How soon a delivery runs again that was parked on a document which is there already. */
export const parkedTooLateMs = 1_000

export function* settleDelivery(
  context: Context,
  lease: Lease,
  settlement: Settlement,
): Program<Settled> {
  if (settlement.outcome !== 'released' && isEndedAtOnce(settlement)) {
    return yield* settleAtOnce(context, lease, settlement)
  }
  const running = yield* firstRow(
    `select * from deliveries
      where id = $1 and token = $2 and state = 'running' and lease_until > $3
        ${context.dialect.forUpdate}`,
    lease.id,
    lease.token,
    context.now,
  )
  if (!running) return yield* fenced(context, lease)
  if (settlement.outcome === 'released') return yield* release(context, running)
  if (settlement.outcome === 'done') {
    if (yield* hasConflict(context, settlement.reads)) return { result: 'conflict' }
    const error = yield* applyEffects(context, settlement.effects, asText(running.event_id))
    if (error !== undefined) return { result: 'refused', error }
  }
  const ended = yield* end(context, lease, settlement)
  if (ended) yield* announceDelivery(context.now, ended)
  return { result: 'settled' }
}

type Ending = Exclude<Settlement, { outcome: 'released' }>

/** Nothing can come between its fence and its end, which are then one statement. */
function isEndedAtOnce(settlement: Ending): boolean {
  if (settlement.outcome !== 'done') return true
  return settlement.reads.length === 0 && !settlement.effects.some(isTheApps)
}

function* settleAtOnce(context: Context, lease: Lease, settlement: Ending): Program<Settled> {
  const ended = yield* end(context, lease, settlement)
  if (!ended) return yield* fenced(context, lease)
  if (settlement.outcome === 'done') {
    yield* applyEffects(context, settlement.effects, asText(ended.event_id))
  }
  yield* announceDelivery(context.now, ended)
  return { result: 'settled' }
}

function* fenced({ now }: Context, lease: Lease): Program<Settled> {
  yield* recordFenced(now, lease)
  return { result: 'fenced' }
}

function* release({ now }: Context, running: Row): Program<Settled> {
  yield* rows(
    `update deliveries set state = 'ready', retried_from = retried_from + 1, lease_until = null,
      due_at = $2, updated_at = $2 where id = $1`,
    asText(running.id),
    now,
  )
  yield* writeAttempt(running, { now, outcome: 'released', error: null })
  return { result: 'settled' }
}

function* hasConflict(context: Context, reads: readonly DocumentRead[]): Program<boolean> {
  for (const { path, version } of reads) {
    if ((yield* heldVersion(context, path)) !== version) return true
  }
  return false
}

/**
 * The app's own SQL may fail; then none of this delivery's effects stay, and its neighbours' do.
 */
function* applyEffects(
  context: Context,
  effects: readonly Effect[],
  eventId: string,
): Program<string | undefined> {
  if (!effects.some(isTheApps)) {
    for (const effect of effects) yield* applyEffect(context, effect, eventId)
    return undefined
  }
  yield* rows('savepoint effects')
  try {
    for (const effect of effects) yield* applyEffect(context, effect, eventId)
    yield* checkDeferred(context)
  } catch (error) {
    yield* rows('rollback to savepoint effects')
    yield* rows('release savepoint effects')
    return error instanceof Error ? error.message : errorText(error)
  }
  yield* rows('release savepoint effects')
  return undefined
}

/** Whether app code runs in the transaction, so that no other may share it. */
export function runsCallback(settlement: Settlement): boolean {
  const effects = settlement.outcome === 'done' ? settlement.effects : []
  return effects.some(({ kind }) => kind === 'transaction')
}

function isTheApps({ kind }: Effect): boolean {
  return kind === 'sql' || kind === 'transaction'
}

function* applyEffect(context: Context, effect: Effect, eventId: string): Program<void> {
  if (effect.kind !== 'sql' && effect.kind !== 'transaction') {
    yield* writeDocument(context, effect, eventId)
    return
  }
  yield* lookIn(context, 'app')
  if (effect.kind === 'sql') yield* rows(effect.text, ...effect.values.map(toInteger))
  else yield { run: effect.run }
  yield* lookIn(context, 'own')
}

/**
 * A table of the app's may have the name of one of Hookline's. Whatever the app set for its
 * transaction, the commit waits for the disk.
 */
function* lookIn({ dialect }: Context, whose: 'app' | 'own'): Program<void> {
  if (!dialect.searchPath) return
  yield* rows(
    `select pg_catalog.set_config('search_path', $1, true),
      pg_catalog.set_config('synchronous_commit', 'on', true)`,
    dialect.searchPath[whose],
  )
}

/**
 * A constraint that the app deferred to the commit would fail it there, and with it the group and
 * the record of the attempt. It is looked at here, and is as deferred for the next as it was.
 */
function* checkDeferred({ dialect }: Context): Program<void> {
  for (const text of dialect.checkDeferred ?? []) yield* rows(text)
}

/** SQLite takes every number of JavaScript for a float, and would write 5 as `5.0` into a text. */
export function toInteger(value: SqlValue): SqlValue {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
}

/** Gives nothing where the lease is not held any more. */
function* end(context: Context, lease: Lease, settlement: Ending): Program<Row | undefined> {
  const { now } = context
  const next = yield* nextState(context, settlement)
  const error = 'error' in settlement ? settlement.error : null
  const ended = yield* firstRow(
    `update deliveries set state = $3, due_at = coalesce($4, due_at), parked_on = $5,
        last_error = $6, crashes = 0, lease_until = null, updated_at = $7
      where id = $1 and token = $2 and state = 'running' and lease_until > $7 returning *`,
    lease.id,
    lease.token,
    next.state,
    next.dueAt ?? null,
    next.parkedOn ?? null,
    error,
    now,
  )
  if (!ended) return undefined
  yield* writeAttempt(ended, { now, outcome: settlement.outcome satisfies AttemptOutcome, error })
  return ended
}

function* nextState(
  context: Context,
  settlement: Ending,
): Program<{ state: string; dueAt?: number; parkedOn?: string }> {
  switch (settlement.outcome) {
    case 'done':
      return { state: 'done' }
    case 'parked': {
      // The document may have been written between the handler's look and this transaction.
      const isThere = (yield* heldVersion(context, settlement.on)) > 0
      return isThere
        ? { state: 'ready', dueAt: context.now + parkedTooLateMs }
        : { state: 'parked', parkedOn: settlement.on }
    }
    case 'failed':
    case 'timed_out':
      return settlement.retryAt === null
        ? { state: 'failed' }
        : { state: 'ready', dueAt: settlement.retryAt }
  }
}
