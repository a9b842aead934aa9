/** Programs that make deliveries, list them, and let an operator retry or cancel one. */
import { newId } from '../base/ids.ts'
import { writeChange } from './changes.ts'
import { pageOf } from './page.ts'
import {
  asNumber,
  asText,
  type Context,
  firstRow,
  orNull,
  type Program,
  type Row,
  rows,
} from './program.ts'
import type {
  Attempt,
  AttemptOutcome,
  Delivery,
  DeliveryFilter,
  DeliveryState,
  NewDelivery,
  Page,
  Paged,
  SqlValue,
} from './storage.ts'

/** Of the error in a change; the whole of it is with the delivery. */
const announcedErrorCharacters = 200

/** Its values are id, event, target, order key and the time. */
export const insertDeliverySql = `insert into deliveries
  (id, event_id, target, order_key, state, due_at, created_at, updated_at)
  values ($1, $2, $3, $4, 'ready', $5, $5, $5)`

export function* insertDeliveries(
  eventId: string,
  deliveries: readonly NewDelivery[],
  now: number,
): Program<string[]> {
  const ids: string[] = []
  for (const { target, orderKey } of deliveries) {
    const id = newId('dlv', now)
    yield* rows(insertDeliverySql, id, eventId, target, orderKey, now)
    ids.push(id)
  }
  return ids
}

export function* delivery(id: string): Program<(Delivery & { attempted: Attempt[] }) | undefined> {
  const row = yield* firstRow('select * from deliveries where id = $1', id)
  if (!row) return undefined
  const attempted = yield* rows('select * from attempts where delivery_id = $1 order by number', id)
  return { ...toDelivery(row), attempted: attempted.map(toAttempt) }
}

export function* deliveries(filter: DeliveryFilter, page: Page): Program<Paged<Delivery>> {
  const values: SqlValue[] = [Number(page.cursor ?? Number.MAX_SAFE_INTEGER)]
  let where = ''
  const add = (column: string, value: string | undefined) => {
    if (value === undefined) return
    values.push(value)
    where += ` and ${column} = $${values.length}`
  }
  add('event_id', filter.eventId)
  add('state', filter.state)
  add('target', filter.target)
  const found = yield* rows(
    `select * from deliveries where seq < $1${where} order by seq desc limit ${page.limit + 1}`,
    ...values,
  )
  return pageOf(found, page.limit, toDelivery, (row) => String(row.seq))
}

/** Attempts used so far no longer count, nor do crashes: a person decided to try again. */
export function* requeueDelivery({ now }: Context, id: string): Program<Delivery | undefined> {
  const row = yield* firstRow(
    `update deliveries set state = 'ready', due_at = $2, updated_at = $2, parked_on = null,
        retried_from = attempts, crashes = 0
      where id = $1 and state in ('ready', 'failed', 'parked', 'cancelled') returning *`,
    id,
    now,
  )
  return yield* announced(now, row)
}

export function* cancelDelivery({ now }: Context, id: string): Program<Delivery | undefined> {
  const row = yield* firstRow(
    `update deliveries set state = 'cancelled', updated_at = $2, parked_on = null
      where id = $1 and state in ('ready', 'parked', 'failed') returning *`,
    id,
    now,
  )
  return yield* announced(now, row)
}

function* announced(now: number, row: Row | undefined): Program<Delivery | undefined> {
  if (!row) return undefined
  yield* announceDelivery(now, row)
  return toDelivery(row)
}

/** The line in the change log by which a list of deliveries stays live, with how long it took. */
export function* announceDelivery(now: number, row: Row): Program<void> {
  const { orderKey: _, lastError, ...delivery } = toDelivery(row)
  const startedAt = orNull(asNumber, row.started_at)
  const error = lastError?.split('\n', 1)[0]?.slice(0, announcedErrorCharacters) ?? null
  const { id, attempts } = delivery
  yield* writeChange(
    now,
    `hookline/deliveries/${id}`,
    'set',
    { ...delivery, startedAt, error },
    attempts,
  )
}

export function toDelivery(row: Row): Delivery {
  return {
    id: asText(row.id),
    eventId: asText(row.event_id),
    target: asText(row.target),
    orderKey: orNull(asText, row.order_key),
    state: asText(row.state) as DeliveryState, // only programs of this folder write it
    attempts: asNumber(row.attempts),
    dueAt: asNumber(row.due_at),
    parkedOn: orNull(asText, row.parked_on),
    lastError: orNull(asText, row.last_error),
    createdAt: asNumber(row.created_at),
    updatedAt: asNumber(row.updated_at),
  }
}

function toAttempt(row: Row): Attempt {
  return {
    id: asText(row.id),
    deliveryId: asText(row.delivery_id),
    number: asNumber(row.number),
    startedAt: asNumber(row.started_at),
    endedAt: asNumber(row.ended_at),
    outcome: asText(row.outcome) as AttemptOutcome, // only programs of this folder write it
    error: orNull(asText, row.error),
  }
}
