/** Starts the servers that some of the peers store on, and says what could not be started. */
import { type PostgresServer, startPostgres } from './postgres.ts'
import { type RedisServer, startRedis } from './redis.ts'

export interface RunningServices {
  readonly postgres: PostgresServer | undefined
  readonly redis: RedisServer | undefined
  /** Their durable settings; and what is not run, with the reason. */
  readonly notes: readonly string[]
  stop(): Promise<void>
}

const durability =
  'Durable settings: Hookline and the one insert of the tutorial on SQLite in WAL with ' +
  '`synchronous = FULL`, answered after the commit.'

export async function startServices(
  peers: readonly { readonly storage: string; readonly title: string }[],
  directory: string,
): Promise<RunningServices> {
  const needs = (storage: string) => peers.some((peer) => peer.storage === storage)
  const redis = needs('redis') ? await startRedis(directory) : undefined
  const postgres = needs('postgres') ? await startPostgres(directory) : undefined
  const left = peers.filter(({ storage }) => storage === 'redis' && !redis)
  const notes = [
    ...(needs('files') ? [durability] : []),
    ...(postgres ? [`${postgres.settings}.`] : []),
    ...(redis ? [`${redis.settings}.`] : []),
    ...left.map(({ title }) => `${title}: not run, no redis-server on this machine.`),
  ]
  return {
    postgres,
    redis,
    notes,
    stop: async () => {
      await postgres?.stop()
      await redis?.stop()
    },
  }
}
