/**
 * The servers that `ingest` compares. Each program says its durable setting in its first comment.
 */
import type { Place } from '../programs/peer-program.ts'
import {
  checkHookline,
  checkJobs,
  checkRedisJobs,
  checkTutorial,
  type Findings,
  waitUntilHandled,
} from './check-stored.ts'

/** Where a peer stores: in files of its folder, or on a server that is started beside it. */
export type Storage = 'none' | 'files' | 'postgres' | 'redis'

export interface IngestPeer {
  readonly name: string
  readonly title: string
  readonly program: URL
  readonly storage: Storage
  readonly settings?: Readonly<Record<string, number>>
  /** Asked of the first process after the load, where it puts its work off. */
  readonly afterwards?: string
  /** Resolves once nothing is left to do, with the milliseconds that took. */
  readonly waitUntilHandled?: (place: Place) => Promise<number>
  readonly check?: (place: Place, acknowledged: readonly string[]) => Promise<Findings>
}

const bare: IngestPeer = {
  name: 'bare',
  title: 'bare `node:http`',
  program: new URL('../peers/bare.ts', import.meta.url),
  storage: 'none',
}

const hooklineProgram = new URL('../hookline/ingest.ts', import.meta.url)

const accepting: IngestPeer = {
  name: 'hookline-accept',
  title: 'Hookline, no handler wants it',
  program: hooklineProgram,
  storage: 'files',
  check: (place, acknowledged) => checkHookline(place, acknowledged, { isHandled: false }),
}

const hookline = {
  name: 'hookline',
  title: 'Hookline, handling at the same time',
  program: hooklineProgram,
  storage: 'files',
  settings: { handlers: 1 },
  waitUntilHandled,
  check: (place: Place, acknowledged: readonly string[]) =>
    checkHookline(place, acknowledged, { isHandled: true }),
} as const satisfies IngestPeer

const queue = (name: string) => new URL(`../peers/queues/${name}.ts`, import.meta.url)

/** All on SQLite or Redis, in the order of the table. */
export const ingestPeers = [
  bare,
  hookline,
  accepting,
  {
    ...hookline,
    name: 'hookline-later',
    title: 'Hookline, handling afterwards',
    settings: { handlers: 1, isPutOff: 1 },
    afterwards: 'work',
  },
  {
    name: 'tutorial',
    title: 'Express 5 + `stripe` + one insert',
    program: new URL('../peers/tutorial.ts', import.meta.url),
    storage: 'files',
    check: checkTutorial,
  },
  {
    name: 'bullmq',
    title: 'Fastify + BullMQ',
    program: queue('bullmq-ingest'),
    storage: 'redis',
    check: checkRedisJobs,
  },
] as const satisfies readonly IngestPeer[]

/** All on one PostgreSQL server. */
export const postgresPeers = [
  bare,
  { ...hookline, storage: 'postgres' },
  { ...accepting, storage: 'postgres' },
  {
    name: 'pg-boss',
    title: 'Fastify + pg-boss',
    program: queue('pg-boss-ingest'),
    storage: 'postgres',
    check: (place, ids) =>
      checkJobs(place, ids, `select data->>'id' as key, count(*) as n from pgboss.job group by 1`),
  },
  {
    name: 'graphile-worker',
    title: 'Fastify + graphile-worker',
    program: queue('graphile-ingest'),
    storage: 'postgres',
    check: (place, ids) =>
      checkJobs(
        place,
        ids,
        `select payload->>'id' as key, count(*) as n
          from graphile_worker._private_jobs group by 1`,
      ),
  },
] as const satisfies readonly IngestPeer[]
