/** One measurement of `latency`: the maximum first, then half of it on the same server. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Context, numberOf } from '../bench.ts'
import { copyDatabase, filledDatabase } from '../growth/filled.ts'
import { checkHookline, newestEvent, waitUntilHandled } from '../ingest/check-stored.ts'
import { figuresOf, type Load, prove, runLoad } from '../ingest/measure.ts'
import { type IngestPeer, ingestPeers } from '../ingest/peers.ts'
import { hooklineFileName } from '../ingest/store.ts'
import type { Place } from '../programs/peer-program.ts'
import { startServer } from '../programs/server.ts'

export interface LatencyCase extends IngestPeer {
  /** Whether old events are there, which the server prunes as it starts. */
  readonly isPruning: boolean
}

export interface LatencySample {
  readonly maximumRate: number
  readonly halfRate: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly serverCpuUs: number
  /** Old events removed while the latency was measured. */
  readonly pruned: number
}

/** Hookline keeps events for 30 days by default. */
const oldDays = 40
const requestsPerSecondMax = 30_000
const warmUpMs = 2_000
/** Requests are sent a little longer than they are counted. */
const endMs = 500

export const latencyCases: readonly LatencyCase[] = ingestPeers.flatMap((peer): LatencyCase[] => {
  if (peer.name === 'bare' || peer.name === 'tutorial') return [{ ...peer, isPruning: false }]
  if (peer.name !== 'hookline') return []
  const pruning = { name: 'hookline-pruning', title: `${peer.title}, and pruning` }
  return [
    { ...peer, isPruning: false },
    { ...peer, ...pruning, isPruning: true },
  ]
})

export interface MeasureLatency {
  readonly context: Context
  readonly load: Load
  /** Each sends events of its own. */
  readonly number: number
}

export async function measureLatency(
  one: LatencyCase,
  { context, load, number }: MeasureLatency,
): Promise<LatencySample> {
  const { flags, directory, keptDirectory, cores, seed, say } = context
  const own = mkdtempSync(join(directory, 'latency-'))
  const count = numberOf(flags, 'old')
  if (one.isPruning) {
    copyDatabase(await filledDatabase({ count, ageDays: oldDays, keptDirectory, say }), own)
  }
  const place = { directory: own, settings: one.settings }
  const server = await startServer({ program: one.program, place, cores: cores?.server })
  const connections = numberOf(flags, 'connections')
  const run = async (part: number, seconds: number, ratePerSecond?: number) => {
    const newest = one.waitUntilHandled ? await newestEvent(place) : 0
    const times = { warmUpMs, measureMs: seconds * 1000 }
    const allSeconds = seconds + (warmUpMs + endMs) / 1000
    const requestsMax = Math.ceil(allSeconds * (ratePerSecond ?? requestsPerSecondMax))
    const common = { connections, ...times, requestsMax, seed: seed + 2 * number + part }
    const measured = await runLoad(server, { load, order: { ...common, ratePerSecond }, directory })
    if (one.waitUntilHandled) await waitUntilHandled(place)
    await prove(since(one, newest), measured.report, place)
    return figuresOf(measured)
  }
  try {
    const maximum = await run(0, numberOf(flags, 'maximum-seconds'))
    const halfRate = maximum.requestsPerSecond / 2
    const before = one.isPruning ? countOld(place) : 0
    const half = await run(1, numberOf(flags, 'seconds'), halfRate)
    return {
      maximumRate: maximum.requestsPerSecond,
      halfRate,
      p50Ms: half.latencyP50Ms,
      p99Ms: half.latencyP99Ms,
      serverCpuUs: half.serverCpuUs,
      pruned: one.isPruning ? before - countOld(place) : 0,
    }
  } finally {
    await server.stop()
    rmSync(own, { recursive: true })
  }
}

/** What is old may be gone already, and is not what was acknowledged. */
function since(one: LatencyCase, newest: number): IngestPeer {
  if (!one.waitUntilHandled) return one
  return { ...one, check: (place, ids) => checkHookline(place, ids, { isHandled: true, newest }) }
}

function countOld({ directory }: Place): number {
  const db = new DatabaseSync(join(directory, hooklineFileName), { readOnly: true })
  const row = db
    .prepare(`select count(*) as n from events where dedupe_key glob 'evt_filled_*'`)
    .get()
  db.close()
  return Number(row?.n)
}
