/**
 * Looks after a run into what a server stored: what it answered 200 is there, once, and for
 * Hookline handled once as well. A figure without this would say how fast something is lost.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { userOfEvent } from '../load/stripe-event.ts'
import type { Place } from '../programs/peer-program.ts'
import { askRedis } from '../services/redis-client.ts'
import { openStore, type Store } from './store.ts'

const drainMsMax = 120_000
const pollMs = 100
const examplesMax = 3
const keysPerCommand = 500

/** What is wrong, in sentences; empty where all is as promised. */
export type Findings = readonly string[]

export async function checkTutorial(
  place: Place,
  acknowledged: readonly string[],
): Promise<Findings> {
  const store = await openStore(place, 'tutorial.db')
  const stored = await countsOf(store, 'select id as key, count(*) as n from events group by id')
  await store.close()
  return notOnce('stored', acknowledged, stored)
}

/** @param counting gives how often the job of each event is there. */
export async function checkJobs(
  place: Place,
  acknowledged: readonly string[],
  counting: string,
): Promise<Findings> {
  const store = await openStore(place)
  const stored = await countsOf(store, counting)
  await store.close()
  return notOnce('stored', acknowledged, stored)
}

/** A job's key is the event's id, so that none is there twice; the waiting list says so too. */
export async function checkRedisJobs(
  { redisPort = 0 }: Place,
  acknowledged: readonly string[],
): Promise<Findings> {
  let found = 0
  for (let at = 0; at < acknowledged.length; at += keysPerCommand) {
    const keys = acknowledged.slice(at, at + keysPerCommand).map((id) => `bull:events:${id}`)
    found += Number((await askRedis(redisPort, [['EXISTS', ...keys]]))[0])
  }
  const [waiting = 0] = await askRedis(redisPort, [['LLEN', 'bull:events:wait']])
  const wanted = acknowledged.length
  if (found === wanted && waiting === wanted) return []
  return [`${wanted} answered 200, ${found} stored and ${waiting} waiting`]
}

export interface CheckOptions {
  readonly isHandled: boolean
  /** What was stored up to this event is not looked at. */
  readonly newest?: number
  /** How many of them wanted each event. */
  readonly handlers?: number
}

export async function checkHookline(
  place: Place,
  acknowledged: readonly string[],
  { isHandled, newest = 0, handlers = 1 }: CheckOptions,
): Promise<Findings> {
  const store = await openStore(place)
  const stored = await countsOf(
    store,
    `select dedupe_key as key, count(*) as n from events where seq > ${newest}
      group by dedupe_key`,
  )
  const findings = notOnce('stored', acknowledged, stored)
  const handling = isHandled ? await checkHandled(store, acknowledged, { newest, handlers }) : []
  await store.close()
  return [...findings, ...handling]
}

/** The last event so far, for `newest`: what came before is not looked at. */
export async function newestEvent(place: Place): Promise<number> {
  const store = await openStore(place)
  const [row] = await store.rows('select max(seq) as newest from events')
  await store.close()
  return Number(row?.newest ?? 0)
}

async function checkHandled(
  store: Store,
  acknowledged: readonly string[],
  { newest, handlers }: { readonly newest: number; readonly handlers: number },
): Promise<Findings> {
  const handled = await countsOf(
    store,
    `select events.dedupe_key as key, count(*) / ${handlers}.0 as n from events
      join deliveries on deliveries.event_id = events.id and deliveries.state = 'done'
      join attempts on attempts.delivery_id = deliveries.id and attempts.outcome = 'done'
      where events.seq > ${newest}
      group by events.dedupe_key`,
  )
  // Each event has a user of its own, so a document above version 1 was written by two attempts.
  const written = await countsOf(store, 'select path as key, version as n from documents')
  const users = acknowledged.map((id) => `users/${userOfEvent(id)}`)
  return [
    ...notOnce('handled', acknowledged, handled),
    ...notOnce('written by its handler', users, written),
  ]
}

async function countsOf(store: Store, sql: string): Promise<Map<string, number>> {
  const rows = await store.rows(sql)
  return new Map(rows.map(({ key, n }) => [String(key), Number(n)]))
}

/** What is wanted once, and is not there or there more often. */
export function notOnce(
  what: string,
  wanted: readonly string[],
  found: ReadonlyMap<string, number>,
): Findings {
  const missing = wanted.filter((key) => (found.get(key) ?? 0) < 1)
  const twice = wanted.filter((key) => (found.get(key) ?? 0) > 1)
  const say = (count: string, keys: readonly string[]) =>
    keys.length === 0
      ? []
      : [`${keys.length} answered 200, ${count} ${what}: ${keys.slice(0, examplesMax).join(' ')}`]
  return [...say('not', missing), ...say('more than once', twice)]
}

/** Waits until every delivery is done. @returns how long that took, in milliseconds. */
export async function waitUntilHandled(place: Place): Promise<number> {
  const before = performance.now()
  const store = await openStore(place)
  // Written so that indexes answer it: a scan would slow down the server that is handling them.
  const open = `select 1 from deliveries where state = 'ready' union all
    select 1 from deliveries where state = 'running' limit 1`
  try {
    while ((await store.rows(open)).length > 0) {
      if (performance.now() - before > drainMsMax) {
        throw new Error(`Not all deliveries ended within ${drainMsMax} ms of the last request.`)
      }
      await wait(pollMs)
    }
  } finally {
    await store.close()
  }
  return performance.now() - before
}
