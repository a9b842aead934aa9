/**
 * Looks after a run into the file that a server stored in: what it answered 200 is there, once, and
 * for Hookline handled once as well. A figure without this would say how fast something is lost.
 */
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { eventIdOf, userIdOf } from './stripe-event.ts'

const drainMsMax = 90_000
const pollMs = 100
const examplesMax = 3

/** What is wrong, in sentences; empty where all is as promised. */
export type Findings = readonly string[]

export function checkTutorial(file: string, acknowledged: readonly string[]): Findings {
  const db = new DatabaseSync(file, { readOnly: true })
  const stored = countsOf(db, 'select id as key, count(*) as n from events group by id')
  db.close()
  return notOnce('stored', acknowledged, stored)
}

export function checkHookline(file: string, acknowledged: readonly string[]): Findings {
  const db = new DatabaseSync(file, { readOnly: true })
  const stored = countsOf(db, 'select dedupe_key as key, count(*) as n from events group by 1')
  const handled = countsOf(
    db,
    `select events.dedupe_key as key, count(*) as n from events
      join deliveries on deliveries.event_id = events.id and deliveries.state = 'done'
      join attempts on attempts.delivery_id = deliveries.id and attempts.outcome = 'done'
      group by 1`,
  )
  // Each event has a user of its own, so a document above version 1 was written by two attempts.
  const written = countsOf(db, `select path as key, version as n from documents`)
  db.close()
  const users = acknowledged.map((id) => `users/${userIdOf(id.slice(eventIdOf('').length))}`)
  return [
    ...notOnce('stored', acknowledged, stored),
    ...notOnce('handled', acknowledged, handled),
    ...notOnce('written by its handler', users, written),
  ]
}

function countsOf(db: DatabaseSync, sql: string): Map<string, number> {
  const rows = db.prepare(sql).all()
  return new Map(rows.map(({ key, n }) => [String(key), Number(n)]))
}

function notOnce(
  what: string,
  wanted: readonly string[],
  found: ReadonlyMap<string, number>,
): Findings {
  const missing = wanted.filter((key) => !found.has(key))
  const twice = wanted.filter((key) => (found.get(key) ?? 0) > 1)
  const say = (count: string, keys: readonly string[]) =>
    keys.length === 0
      ? []
      : [`${keys.length} answered 200, ${count} ${what}: ${keys.slice(0, examplesMax).join(' ')}`]
  return [...say('not', missing), ...say('more than once', twice)]
}

/** Waits until every delivery is done. @returns how long that took, in milliseconds. */
export async function waitUntilHandled(file: string): Promise<number> {
  const before = performance.now()
  const db = new DatabaseSync(file, { readOnly: true })
  // Written so that indexes answer it: a scan would slow down the server that is handling them.
  const open = db.prepare(
    `select 1 from deliveries where state = 'ready' union all
      select 1 from deliveries where state = 'running' limit 1`,
  )
  try {
    while (open.get()) {
      if (performance.now() - before > drainMsMax) {
        throw new Error(`Not all deliveries ended within ${drainMsMax} ms of the last request.`)
      }
      await wait(pollMs)
    }
  } finally {
    db.close()
  }
  return performance.now() - before
}
