/**
 * The rows that jobs change: one order for each job, so that after a run each must have been paid
 * once. The jobs carry the events of `ingest`.
 */
import { type PreparedRequests, prepareRequests } from '../load/prepared-requests.ts'
import { userOfEvent } from '../load/stripe-event.ts'

const seed = 4_600

export const createOrders =
  'create table orders (id text not null primary key, paid integer not null default 0)'

/** The same for all peers, and signed now. */
export function jobEvents(count: number): PreparedRequests {
  return prepareRequests({ count, signedAt: Math.floor(Date.now() / 1000), seed })
}

export function orderIdOf(events: PreparedRequests, index: number): string {
  return userOfEvent(events.eventId(index))
}

export function orderIds(events: PreparedRequests): string[] {
  return Array.from({ length: events.count }, (_, index) => orderIdOf(events, index))
}

/** The order that a job's event names. */
export interface JobEvent {
  readonly id: string
  readonly data: { readonly object: { readonly metadata: { readonly userId: string } } }
}

export function orderOf(event: JobEvent): string {
  return event.data.object.metadata.userId
}

/** The events as objects, so many at a time. */
export function* inBatches(events: PreparedRequests, size: number): Generator<JobEvent[]> {
  for (let from = 0; from < events.count; from += size) {
    const length = Math.min(size, events.count - from)
    yield Array.from({ length }, (_, i) => {
      const { body } = events.parts(from + i)
      return JSON.parse(body.toString()) as JobEvent // as stripe-event.ts writes it
    })
  }
}

/** In the form of `insert … select`, for `$1` an array of ids. */
export const insertOrders = 'insert into orders (id) select unnest($1::text[])'
export const payOrder = 'update orders set paid = paid + 1 where id = $1'
