/**
 * A failover under load: a primary and its standby from the server's own programs, Hookline behind
 * a proxy, the primary killed, the standby promoted, the proxy led to it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../../src/base/testing/random.ts'
import type { Findings } from '../../crash/checker.ts'
import { finishLoad, type Load, startLoad } from '../../crash/load.ts'
import { stopApp } from '../../crash/stop.ts'
import { until } from '../../crash/until.ts'
import { check } from '../checker.ts'
import {
  ask,
  type Cluster,
  command,
  configure,
  control,
  createCluster,
  killCluster,
  newCluster,
  removeCluster,
  startCluster,
  urlOf,
} from '../cluster.ts'
import { openDatabaseProxy } from '../database-proxy.ts'
import { drained, launchOn, newDatabase } from '../processes.ts'

const leaseMs = 2_000
const connections = 12
const pauseMsMax = 20

export interface FailoverOptions {
  readonly programs: string
  readonly seed: number
  readonly isSynchronous: boolean
  /** Acknowledged before the primary is killed. */
  readonly events: number
}

export interface Failover extends Findings {
  /** From the promotion to the next answer 2xx. */
  readonly backMs: number
  /** What the app wrote to its log at its start. */
  readonly said: string
}

export async function failOver(options: FailoverOptions): Promise<Failover> {
  const primary = await createCluster(options.programs)
  const standby = await newCluster(options.programs)
  try {
    await startPair(primary, standby, options)
    return await killPrimary(primary, standby, options)
  } finally {
    await removeCluster(standby)
    await removeCluster(primary)
  }
}

async function startPair(
  primary: Cluster,
  standby: Cluster,
  { isSynchronous }: FailoverOptions,
): Promise<void> {
  await startCluster(primary)
  const from = `host=127.0.0.1 port=${primary.port} user=postgres application_name=standby`
  await command(standby, 'pg_basebackup', ['-D', standby.data, '-d', from, '-R', '-c', 'fast'])
  await configure(standby, [`port = ${standby.port}`])
  await startCluster(standby)
  if (!isSynchronous) return
  await ask(urlOf(primary), `alter system set synchronous_standby_names = 'standby'`)
  await ask(urlOf(primary), 'select pg_reload_conf()')
  const stateSql = 'select sync_state from pg_stat_replication'
  await until('the standby is synchronous', async () => {
    return (await ask(urlOf(primary), stateSql)).rows[0]?.sync_state === 'sync'
  })
}

async function killPrimary(
  primary: Cluster,
  standby: Cluster,
  { seed, events }: FailoverOptions,
): Promise<Failover> {
  const database = new URL(await newDatabase(primary)).pathname.slice(1)
  const proxy = await openDatabaseProxy(primary.port)
  const app = launchOn(primary, { database: urlOf(proxy, database), leaseMs })
  try {
    const url = await app.ready
    const said = app.said.join('\n')
    const load = startLoad({
      target: () => url,
      random: seededRandom(seed),
      connections,
      eventsMax: 1_000_000,
      pauseMsMax,
      eventOptions: (index) => ({ account: `a${index % 20}` }),
    })
    await until('enough was acknowledged', () => load.acknowledged.size >= events, 60_000)
    killCluster(primary)
    await control(standby, ['promote'])
    const backMs = await leadOver(load, () => proxy.leadTo(standby.port))
    await sleep(1_000)
    await finishLoad(load)
    await drained(urlOf(standby, database))
    await stopApp(app)
    const findings = await check(urlOf(standby, database), load)
    return { ...findings, backMs, said }
  } finally {
    await proxy.close()
  }
}

async function leadOver(load: Load, lead: () => void): Promise<number> {
  const { size } = load.acknowledged
  const begun = performance.now()
  lead()
  await until('an event is acknowledged', () => load.acknowledged.size > size)
  return Math.round(performance.now() - begun)
}
