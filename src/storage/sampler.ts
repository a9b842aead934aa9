/**
 * Writes what this process counted: once a minute the minute that is over, and the hour so far. An
 * hour is one row that is written anew each minute, so that nothing has to be added up later, and
 * what a process that dies had counted stays. It also counts types, and prunes what was observed.
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { type Meter, type MetricName, metrics, type Series } from '../base/meter.ts'
import type { Sample } from './observed.ts'
import type { Storage } from './storage.ts'

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
export const monthMs = 30 * dayMs
/** How long samples are kept: a day by minutes, a month by hours; and refusals a week. */
const minutesKeptMs = dayMs + hourMs
const hoursKeptMs = monthMs + dayMs
const rejectionsKeptMs = 7 * dayMs
const prunedRows = 500
const typesEveryMs = 5_000
/** Events whose types are counted in one transaction. */
const typesPerStep = 500
const typeStepsMax = 20

export interface SamplerOptions {
  readonly storage: Storage
  readonly meter: Meter
  readonly clock: Clock
  readonly log: Log
  /** Reads the gauges, and what is measured elsewhere, into the meter. */
  readonly look: (meter: Meter) => Promise<void> | void
}

interface State {
  readonly options: SamplerOptions
  readonly process: string
  /** By metric and label: what was counted at the beginning of the minute and of the hour. */
  minute: Marks
  hour: Marks
}

interface Marks {
  readonly at: number
  readonly series: Map<Series, Totals>
}

type Totals = Pick<Series, 'count' | 'sum'> & { readonly buckets: readonly number[] | undefined }

const nothing: Totals = { count: 0, sum: 0, buckets: undefined }

export interface Sampler {
  /** Writes what there is, also of a minute that is not over. */
  write(): Promise<void>
  stop(): Promise<void>
}

export function startSampler(options: SamplerOptions): Sampler {
  const now = options.clock.now()
  const state: State = {
    options,
    process: randomBytes(6).toString('hex'),
    minute: newMarks(now, minuteMs),
    hour: newMarks(now, hourMs),
  }
  const timer = setInterval(() => void report(options, () => writeAll(state)), minuteMs)
  const typesTimer = setInterval(() => void report(options, () => countAll(options)), typesEveryMs)
  return {
    write: () => writeAll(state),
    stop: async () => {
      clearInterval(timer)
      clearInterval(typesTimer)
      await report(options, () => writeAll(state))
    },
  }
}

async function report({ log }: SamplerOptions, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    log.warn('could not keep samples', { error: errorText(error, 300) })
  }
}

async function countAll({ storage }: SamplerOptions): Promise<void> {
  for (let step = 0; step < typeStepsMax; step++) {
    if ((await storage.countTypes(typesPerStep)) < typesPerStep) return
  }
}

async function writeAll(state: State): Promise<void> {
  const { storage, meter, clock, look } = state.options
  await look(meter)
  const now = clock.now()
  const samples = [
    ...samplesSince(state, state.minute, minuteMs),
    ...samplesSince(state, state.hour, hourMs),
  ]
  if (samples.length > 0) await storage.writeSamples(samples)
  if (startOf(now, minuteMs) > state.minute.at) state.minute = marksOf(meter, now, minuteMs)
  if (startOf(now, hourMs) > state.hour.at) {
    state.hour = marksOf(meter, now, hourMs)
    for (const series of allSeries(meter)) series.max = 0
  }
  await storage.pruneObserved({
    rejections: now - rejectionsKeptMs,
    samples: { [minuteMs]: now - minutesKeptMs, [hourMs]: now - hoursKeptMs },
    limit: prunedRows,
  })
}

function samplesSince({ options, process }: State, marks: Marks, stepMs: number): Sample[] {
  const samples: Sample[] = []
  for (const series of allSeries(options.meter)) {
    const before = marks.series.get(series) ?? nothing
    const count = series.count - before.count
    if (count === 0) continue
    const { metric, label, max } = series
    const sum = Math.round(series.sum - before.sum)
    const buckets = series.buckets?.map((each, i) => each - (before.buckets?.[i] ?? 0)) ?? null
    samples.push({
      ...{ stepMs, metric, label, process, count, sum, buckets },
      at: marks.at,
      max: Math.round(max),
    })
  }
  return samples
}

function newMarks(now: number, stepMs: number): Marks {
  return { at: startOf(now, stepMs), series: new Map() }
}

function marksOf(meter: Meter, now: number, stepMs: number): Marks {
  const marks = newMarks(now, stepMs)
  for (const series of allSeries(meter)) {
    const { count, sum, buckets } = series
    marks.series.set(series, { count, sum, buckets: buckets && [...buckets] })
  }
  return marks
}

function* allSeries(meter: Meter): Generator<Series> {
  for (const byLabel of meter.series.values()) yield* byLabel.values()
}

function startOf(atMs: number, stepMs: number): number {
  return atMs - (atMs % stepMs)
}

/** Whether there is a metric of this name. */
export function isMetric(name: string): name is MetricName {
  return Object.hasOwn(metrics, name)
}
