/** What `jobs` compares, with how each says that nothing is left and that each job ran once. */
import type { Storage } from '../ingest/peers.ts'
import { openStore } from '../ingest/store.ts'
import type { Place } from '../programs/peer-program.ts'
import { askRedis } from '../services/redis-client.ts'

/** How many orders were paid once, and how many more than once. */
export interface Paid {
  readonly once: number
  readonly more: number
}

export interface JobsPeer {
  readonly name: string
  readonly title: string
  readonly program: URL
  readonly storage: Storage
  /** Whether several processes can share the work. */
  readonly canBeSeveral: boolean
  readonly settings?: Readonly<Record<string, number>>
  readonly isDone: (place: Place) => Promise<boolean>
  readonly countPaid: (place: Place) => Promise<Paid>
}

const queue = (name: string) => new URL(`../peers/queues/${name}.ts`, import.meta.url)

const hookline = {
  program: new URL('../hookline/jobs.ts', import.meta.url),
  isDone: isEmpty(`select 1 from deliveries where state = 'ready' union all
    select 1 from deliveries where state = 'running' limit 1`),
  countPaid,
}

export const jobsPeers: readonly [JobsPeer, ...JobsPeer[]] = [
  {
    ...hookline,
    name: 'hookline-sqlite',
    title: 'Hookline on SQLite',
    storage: 'files',
    canBeSeveral: false,
  },
  {
    ...hookline,
    name: 'hookline',
    title: 'Hookline on PostgreSQL',
    storage: 'postgres',
    canBeSeveral: true,
  },
  {
    name: 'pg-boss',
    title: 'pg-boss',
    program: queue('pg-boss-jobs'),
    storage: 'postgres',
    canBeSeveral: true,
    isDone: isEmpty(`select 1 from pgboss.job where state < 'completed' limit 1`),
    countPaid,
  },
  {
    name: 'graphile-worker',
    title: 'graphile-worker',
    program: queue('graphile-jobs'),
    storage: 'postgres',
    canBeSeveral: true,
    isDone: isEmpty('select 1 from graphile_worker._private_jobs limit 1'),
    countPaid,
  },
  {
    name: 'bullmq',
    title: 'BullMQ on Redis',
    program: queue('bullmq-jobs'),
    storage: 'redis',
    canBeSeveral: true,
    isDone: async ({ redisPort = 0 }) => {
      const left = [
        ['LLEN', 'bull:jobs:wait'],
        ['LLEN', 'bull:jobs:active'],
      ]
      return (await askRedis(redisPort, left)).every((count) => count === 0)
    },
    countPaid: countPaidInRedis,
  },
]

function isEmpty(sql: string): JobsPeer['isDone'] {
  return async (place) => {
    const store = await openStore(place)
    const left = await store.rows(sql)
    await store.close()
    return left.length === 0
  }
}

async function countPaid(place: Place): Promise<Paid> {
  const store = await openStore(place)
  const [row] = await store.rows(`select
    (select count(*) from orders where paid = 1) as once,
    (select count(*) from orders where paid > 1) as more`)
  await store.close()
  return { once: Number(row?.once), more: Number(row?.more) }
}

/** Fields are made by their first payment. */
async function countPaidInRedis({ redisPort = 0 }: Place): Promise<Paid> {
  const count = `local once = 0 for _, v in ipairs(redis.call('HVALS', 'orders')) do
    if v == '1' then once = once + 1 end end return once`
  const asked = [
    ['EVAL', count, '0'],
    ['HLEN', 'orders'],
  ]
  const [once, all] = (await askRedis(redisPort, asked)).map(Number)
  return { once: once ?? 0, more: (all ?? 0) - (once ?? 0) }
}
