/**
 * Looks after the health of this process: samples for the plots, and once a second what happened
 * since, for those who watch `hookline/metrics`. New lines of the log go to `hookline/logs`.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { JsonObject } from '../base/json.ts'
import { type Difference, differencesSince, markMeter } from '../base/marks.ts'
import { type Meter, observe, quantile } from '../base/meter.ts'
import { flushRejections } from '../inbox/rejections.ts'
import { isWatched, publish } from '../realtime/publish.ts'
import { startSampler } from '../storage/sampler.ts'
import { toLineView } from './log-line.ts'
import type { Served } from './served.ts'

const tickMs = 1_000
/** Counting what is due costs more the more there is. */
const statsEveryTicks = 5
const lagResolutionMs = 20
/** Lines of the log in one frame; more are told as a number. */
const linesPerFrame = 100

export const metricsPath = 'hookline/metrics'
export const logsPath = 'hookline/logs'

/** Returns the way to stop, which writes what is left. */
export function startObserving(served: Served): () => Promise<void> {
  const { storage, inbox, clock, log } = served
  const lag = monitorEventLoopDelay({ resolution: lagResolutionMs })
  lag.enable()
  const { meter } = inbox
  const sampler = startSampler({ storage, meter, clock, log, look: (to) => look(served, to) })
  const ticks = startTicks(served, () => readLag(lag, meter))
  const stopLogs = startLogs(served)
  return async () => {
    clearInterval(ticks)
    stopLogs()
    lag.disable()
    await flushRejections(inbox.rejections)
    await sampler.stop()
  }
}

async function look({ storage, hub }: Served, meter: Meter): Promise<void> {
  const { deliveries, oldestReadyMs } = await storage.stats()
  observe(meter, 'queue_depth', '', deliveries.ready)
  observe(meter, 'queue_age_ms', '', oldestReadyMs)
  observe(meter, 'streams', '', hub.subscribers.size)
  observe(meter, 'database_bytes', '', await storage.databaseBytes())
}

/** The worst of the last second. What is measured includes the time between two measurements. */
function readLag(lag: ReturnType<typeof monitorEventLoopDelay>, meter: Meter): number {
  const ms = Number.isFinite(lag.max) ? Math.max(0, lag.max / 1e6 - lagResolutionMs) : 0
  lag.reset()
  observe(meter, 'loop_lag_ms', '', ms)
  return ms
}

function startTicks(served: Served, lagMs: () => number): NodeJS.Timeout {
  const { storage, hub, inbox, clock } = served
  let marks = markMeter(inbox.meter)
  let ticks = 0
  let queue = { ready: 0, oldestReadyMs: 0 }
  const tick = async () => {
    const eventLoopLagMs = Math.round(lagMs())
    if (!isWatched(hub, metricsPath)) {
      ticks = 0
      marks = new Map()
      return
    }
    if (ticks++ % statsEveryTicks === 0) {
      const { deliveries, oldestReadyMs } = await storage.stats()
      queue = { ready: deliveries.ready, oldestReadyMs }
    }
    // At the first tick with a watcher there is nothing to compare with.
    const since = marks.size === 0 ? [] : differencesSince(inbox.meter, marks)
    marks = markMeter(inbox.meter)
    const at = clock.now()
    const liveClients = hub.subscribers.size
    publish(hub, metricsPath, { at, ...queue, liveClients, eventLoopLagMs, ...summed(since) })
  }
  return setInterval(() => void tick().catch(() => {}), tickMs)
}

function summed(since: readonly Difference[]): JsonObject {
  const total = (metric: string) =>
    since.filter((each) => each.metric === metric).reduce((sum, { count }) => sum + count, 0)
  return {
    received: total('received'),
    duplicates: total('duplicates'),
    rejected: total('rejected'),
    unstored: total('unstored'),
    done: total('done'),
    failed: total('failed'),
    retried: total('retried'),
    ackMsP50: quantileOf(since, 'ack_ms', 0.5),
    ackMsP99: quantileOf(since, 'ack_ms', 0.99),
    handlerMsP50: quantileOf(since, 'handler_ms', 0.5),
    handlerMsP99: quantileOf(since, 'handler_ms', 0.99),
    perSource: byLabel(since, ['received', 'duplicates', 'rejected']),
    perHandler: byLabel(since, ['done', 'failed', 'retried']),
  }
}

function quantileOf(since: readonly Difference[], metric: string, part: number): number | null {
  const measured = since.filter((each) => each.metric === metric && each.buckets)
  const buckets: number[] = []
  for (const each of measured) {
    for (const [i, inside] of (each.buckets ?? []).entries())
      buckets[i] = (buckets[i] ?? 0) + inside
  }
  const most = Math.max(0, ...measured.map(({ series }) => series.max))
  const value = quantile(buckets, part, most)
  return value === null ? null : Math.round(value * 10) / 10
}

function byLabel(since: readonly Difference[], metrics: readonly string[]): JsonObject {
  const shown: Record<string, Record<string, number>> = Object.create(null)
  for (const { metric, label, count } of since) {
    if (!metrics.includes(metric)) continue
    const own = shown[label] ?? {}
    own[metric] = count
    shown[label] = own
  }
  return shown
}

function startLogs({ hub, logs }: Served): () => void {
  let waiting: JsonObject[] = []
  let left = 0
  const flush = () => {
    if (waiting.length === 0) return
    const lines = waiting
    const omitted = left
    waiting = []
    left = 0
    publish(hub, logsPath, { lines, omitted })
  }
  const listener = (line: Parameters<typeof toLineView>[0]) => {
    if (!isWatched(hub, logsPath)) return
    if (waiting.length < linesPerFrame) waiting.push({ ...toLineView(line) })
    else left++
  }
  logs.listeners.add(listener)
  const timer = setInterval(flush, tickMs / 4)
  return () => {
    logs.listeners.delete(listener)
    clearInterval(timer)
  }
}
