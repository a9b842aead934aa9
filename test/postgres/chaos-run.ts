/** The state of one run of the chaos test, which its rounds and its mishaps share. */

import type { Random } from '../../src/base/testing/random.ts'
import type { Load } from '../crash/load.ts'
import type { RunningApp } from '../crash/running-app.ts'
import type { AppSettings } from '../crash/settings.ts'
import type { Cluster } from './cluster.ts'
import type { DatabaseProxy } from './database-proxy.ts'

export interface Slot {
  app: RunningApp
  /** Undefined until it is ready. */
  url: string | undefined
}

export interface Chaos {
  readonly cluster: Cluster
  /** Past the proxy. */
  readonly direct: string
  readonly proxy: DatabaseProxy
  readonly settings: AppSettings
  readonly random: Random
  readonly slots: Slot[]
  readonly load: Load
  /** Between the return of the server and the next answer 2xx. */
  readonly backMs: number[]
  /** The longest that a provider waited for its 503, where nothing came through. */
  readonly refusedMs: number[]
  /** What processes said that ended by themselves. */
  readonly died: string[]
  isOver: boolean
}
