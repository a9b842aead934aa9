/** Accepting events on SQLite. Nothing is looked for that the transaction does not hold. */
import { hash } from 'node:crypto'
import { equalBytes } from '../base/bytes.ts'
import { newId } from '../base/ids.ts'
import { writeChange } from './changes.ts'
import { countUp } from './counters.ts'
import { insertDeliveries } from './deliveries.ts'
import { acceptedChange } from './events.ts'
import { asBytes, type Context, firstRow, orNull, type Program, rows } from './program.ts'
import type { DedupeKeys } from './sqlite-keys.ts'
import type { AcceptedEvent, NewEvent } from './storage.ts'

export function* acceptEvents(
  context: Context,
  keys: DedupeKeys,
  events: readonly NewEvent[],
): Program<AcceptedEvent[]> {
  const accepted: AcceptedEvent[] = []
  for (const event of events) accepted.push(yield* acceptEvent(context, keys, event))
  return accepted
}

function* acceptEvent({ now }: Context, keys: DedupeKeys, event: NewEvent): Program<AcceptedEvent> {
  const { source, dedupeKey, receivedAt } = event
  const bodyHash = hash('sha256', event.body, 'buffer')
  const known = yield* keys.find(source, dedupeKey)
  if (known !== undefined) return yield* acceptRepeated(known, bodyHash)
  const id = newId('evt', now)
  yield* rows(
    `insert into events
      (seq, id, source, dedupe_key, type, mode, received_at, occurred_at, headers, body, body_hash)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    keys.add({ source, dedupeKey, eventId: id, receivedAt }),
    id,
    source,
    dedupeKey,
    event.type,
    event.mode,
    receivedAt,
    event.occurredAt,
    JSON.stringify(event.headers),
    event.body,
    bodyHash,
  )
  yield* insertDeliveries(id, event.deliveries, now)
  const { path, data } = acceptedChange(id, event)
  yield* writeChange(now, path, 'set', data, 1)
  return { id, duplicate: false, conflict: false }
}

function* acceptRepeated(id: string, bodyHash: Buffer): Program<AcceptedEvent> {
  const first = yield* firstRow('select body_hash from events where id = $1', id)
  const storedHash = orNull(asBytes, first?.body_hash)
  const conflict = storedHash !== null && !equalBytes(storedHash, bodyHash)
  if (conflict) yield* countUp('conflicts')
  return { id, duplicate: true, conflict }
}
