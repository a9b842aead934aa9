/** What goes wrong in a round of the chaos test. Each resolves when it is over. */
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { between } from '../../src/base/testing/random.ts'
import { post } from '../crash/load.ts'
import { stripeEvent } from '../crash/stripe-event.ts'
import { until } from '../crash/until.ts'
import type { Chaos, Slot } from './chaos-run.ts'
import { ask, killCluster, restartCluster, startCluster, urlOf } from './cluster.ts'

export type Mishap = keyof typeof mishaps

const pausedForLeases = 2.5
const commitsCutAtOnce = 6
const swallowedMs = 7_000
/** How far apart those are sent that measure how long a refusal takes. */
const probeEveryMs = 250

export const mishaps = {
  'kill -9 of a process': async (run: Chaos) => {
    const { app } = anySlot(run)
    app.signal('SIGKILL')
    await app.ended
  },
  'SIGSTOP past the lease': async (run: Chaos) => {
    const { app } = anySlot(run)
    app.signal('SIGSTOP')
    await sleep(run.settings.leaseMs * pausedForLeases)
    app.signal('SIGCONT')
  },
  'restart -m fast': (run: Chaos) => restart(run, () => restartCluster(run.cluster, 'fast')),
  'restart -m immediate': (run: Chaos) =>
    restart(run, () => restartCluster(run.cluster, 'immediate')),
  'kill -9 of the server': (run: Chaos) =>
    restart(run, async () => {
      killCluster(run.cluster)
      // The processes that it had started hold on to its memory for a moment.
      await until('the server starts', () => startCluster(run.cluster).then(yes, no), 30_000)
    }),
  'backends terminated': async (run: Chaos) => {
    await ask(
      urlOf(run.cluster),
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'hookline'`,
    )
  },
  'answers to commits lost': async (run: Chaos) => {
    const wanted = run.proxy.cut() + commitsCutAtOnce
    run.proxy.cutCommits(commitsCutAtOnce)
    await until('commits were cut', () => run.proxy.cut() >= wanted)
  },
  'a network that swallows all': async (run: Chaos) => {
    await Promise.all(run.slots.map(({ app }) => app.ready))
    run.proxy.swallow()
    run.refusedMs.push(await longestRefusal(run))
    run.proxy.restore()
    await answered(run)
  },
} as const

const yes = () => true
const no = () => false

function anySlot({ slots, random }: Chaos): Slot {
  return slots[between(random, 0, slots.length - 1)] as Slot // an index of the list
}

async function restart(run: Chaos, restarted: () => Promise<void>): Promise<void> {
  await restarted()
  const backAt = performance.now()
  await answered(run)
  run.backMs.push(Math.round(performance.now() - backAt))
}

/** The next new event is acknowledged. */
async function answered({ load }: Chaos): Promise<void> {
  const { size } = load.acknowledged
  await until('an event is acknowledged', () => load.acknowledged.size > size)
}

/** How long the slowest of those waits that are sent one after the other; each gets a 503. */
async function longestRefusal({ slots, load, proxy }: Chaos): Promise<number> {
  const url = slots.flatMap((slot) => slot.url ?? [])[0]
  const agent = new Agent({ keepAlive: true })
  const waits: Promise<number>[] = []
  for (let at = 0; at < swallowedMs; at += probeEveryMs) {
    waits.push(refusal(`${url}/webhooks/stripe`, `probe${proxy.cut()}-${waits.length}`, agent))
    await sleep(probeEveryMs)
  }
  const longest = Math.max(...(await Promise.all(waits)))
  agent.destroy()
  for (let i = 0; i < waits.length; i++) load.sent.add(`probe${proxy.cut()}-${i}`)
  return Math.round(longest)
}

async function refusal(url: string, id: string, agent: Agent): Promise<number> {
  const begun = performance.now()
  const status = await post(url, stripeEvent(id), agent)
  if (status !== 503) throw new Error(`With the database out of reach the answer was ${status}.`)
  return performance.now() - begun
}
