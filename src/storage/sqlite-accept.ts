/**
 * Accepting events on SQLite. It is what the server does most, so that it runs its statements
 * itself and is no program: to hand each statement to a driver and back costs as much as a row.
 */
import { hash } from 'node:crypto'
import { equalBytes } from '../base/bytes.ts'
import { newId } from '../base/ids.ts'
import { insertChangeSql } from './changes.ts'
import { type Counter, countUpSql } from './counters.ts'
import { insertDeliverySql } from './deliveries.ts'
import { acceptedChange } from './events.ts'
import { asBytes, orNull } from './program.ts'
import { type DedupeKeys, nameOf } from './sqlite-keys.ts'
import type { Run } from './sqlite-statement.ts'
import type { AcceptedEvent, NewEvent } from './storage.ts'

export interface AcceptContext {
  readonly run: Run
  readonly keys: DedupeKeys
  readonly now: number
}

export function acceptEvents(context: AcceptContext, events: readonly NewEvent[]): AcceptedEvent[] {
  return events.map((event) => acceptEvent(context, event))
}

function acceptEvent(context: AcceptContext, event: NewEvent): AcceptedEvent {
  const bodyHash = hash('sha256', event.body, 'buffer')
  const name = nameOf(event.source, event.dedupeKey)
  const known = context.keys.find(name, event.source, event.dedupeKey)
  if (known !== undefined) return acceptRepeated(context, known, bodyHash)
  const id = newId('evt', context.now)
  const { source, dedupeKey, receivedAt } = event
  const seq = context.keys.add({ name, source, dedupeKey, eventId: id, receivedAt })
  insertEvent(context, { seq, id, bodyHash }, event)
  insertDeliveries(context, id, event)
  insertChange(context, id, event)
  return { id, duplicate: false, conflict: false }
}

function acceptRepeated({ run }: AcceptContext, id: string, bodyHash: Buffer): AcceptedEvent {
  const [first] = run('select body_hash from events where id = $1', id)
  const storedHash = orNull(asBytes, first?.body_hash)
  const conflict = storedHash !== null && !equalBytes(storedHash, bodyHash)
  if (conflict) run(countUpSql, 'conflicts' satisfies Counter)
  return { id, duplicate: true, conflict }
}

function insertEvent(
  { run }: AcceptContext,
  { seq, id, bodyHash }: { seq: number; id: string; bodyHash: Buffer },
  event: NewEvent,
): void {
  run(
    `insert into events
      (seq, id, source, dedupe_key, type, mode, received_at, occurred_at, headers, body, body_hash,
        verified_with)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    seq,
    id,
    event.source,
    event.dedupeKey,
    event.type,
    event.mode,
    event.receivedAt,
    event.occurredAt,
    JSON.stringify(event.headers),
    event.body,
    bodyHash,
    event.verifiedWith ?? null,
  )
}

function insertDeliveries({ run, now }: AcceptContext, eventId: string, event: NewEvent): void {
  for (const { target, orderKey } of event.deliveries) {
    run(insertDeliverySql, newId('dlv', now), eventId, target, orderKey, now)
  }
}

function insertChange({ run, now }: AcceptContext, id: string, event: NewEvent): void {
  const { path, data } = acceptedChange(id, event)
  run(insertChangeSql, path, 'set', JSON.stringify(data), 1, now, null)
}
