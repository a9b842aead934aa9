/** Several processes of the app on one database, and what all the tests of them need. */
import { fileURLToPath } from 'node:url'
import { launchApp, type RunningApp } from '../crash/running-app.ts'
import type { AppSettings } from '../crash/settings.ts'
import { until } from '../crash/until.ts'
import { openDeliveries } from './checker.ts'
import { ask, type Cluster, urlOf } from './cluster.ts'

const appFile = fileURLToPath(new URL('app.ts', import.meta.url))
const drainWithinMs = 180_000
let databases = 0

/** A new database with the tables of the app in it; gives its URL. */
export async function newDatabase(cluster: Cluster): Promise<string> {
  const name = `run_${++databases}`
  await ask(urlOf(cluster), `create database ${name}`)
  const url = urlOf(cluster, name)
  await ask(url, 'create table effects (event_id text not null)')
  await ask(url, 'create table counts (id text primary key, n integer not null)')
  return url
}

export function launchOn({ folder }: Cluster, settings: AppSettings): RunningApp {
  return launchApp(settings, { app: appFile, directory: folder })
}

/** Every delivery has come to rest. */
export async function drained(database: string): Promise<void> {
  const isAtRest = async () => (await openDeliveries(database)) === 0
  await until('every delivery is at rest', isAtRest, drainWithinMs)
}
