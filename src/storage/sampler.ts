/**
 * Writes what this process counted: once a minute the minute that is over, and the hour so far. An
 * hour is one row that is written anew each minute, so that nothing has to be added up later, and
 * what a process that dies had counted stays. It also counts types, and prunes what was observed.
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { allSeries, differencesSince, type Marks, markMeter } from '../base/marks.ts'
import type { Meter, Series } from '../base/meter.ts'
import type { ObservedStorage, Sample } from './observed.ts'

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
/** Events whose types are counted in one transaction, for which webhooks that come in wait. */
const typesPerStep = 250
const typesPauseMs = 10
const typeStepsMax = 300

export interface SamplerOptions {
  readonly storage: ObservedStorage
  readonly meter: Meter
  readonly clock: Clock
  readonly log: Log
  /** Reads the gauges into the meter. */
  readonly look: (meter: Meter) => Promise<void> | void
}

export interface Sampler {
  /** Writes what there is, also of a minute that is not over. */
  write(): Promise<void>
  /** Writes once more. */
  stop(): Promise<void>
}

interface Step {
  readonly stepMs: number
  readonly at: number
  readonly marks: Marks
  /** The greatest value of each series before the minute that runs. */
  readonly max: Map<Series, number>
}

interface State {
  readonly options: SamplerOptions
  /** Tells the rows of this process from those of others, and of itself before a restart. */
  readonly process: string
  minute: Step
  hour: Step
  /** While types are counted. */
  counting: Promise<void> | undefined
  isStopped: boolean
}

export function startSampler(options: SamplerOptions): Sampler {
  const now = options.clock.now()
  const state: State = {
    options,
    process: randomBytes(6).toString('hex'),
    minute: newStep(now, minuteMs, new Map()),
    hour: newStep(now, hourMs, new Map()),
    counting: undefined,
    isStopped: false,
  }
  const write = () => reported(options, () => writeAll(state))
  const timer = setInterval(() => void write(), minuteMs)
  const typesTimer = setInterval(() => {
    state.counting ??= reported(options, () => countAll(state)).finally(() => {
      state.counting = undefined
    })
  }, typesEveryMs)
  return {
    write,
    stop: async () => {
      clearInterval(timer)
      clearInterval(typesTimer)
      state.isStopped = true
      await state.counting
      await write()
    },
  }
}

async function reported({ log }: SamplerOptions, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    log.warn('could not keep samples', { error: errorText(error, 300) })
  }
}

async function countAll(state: State): Promise<void> {
  for (let step = 0; step < typeStepsMax && !state.isStopped; step++) {
    if ((await state.options.storage.countTypes(typesPerStep)) < typesPerStep) return
    await new Promise((resolve) => setTimeout(resolve, typesPauseMs))
  }
}

async function writeAll(state: State): Promise<void> {
  const { storage, meter, clock, look } = state.options
  await look(meter)
  const samples = [state.minute, state.hour].flatMap((step) => samplesOf(state, step))
  if (samples.length > 0) await storage.writeSamples(samples)
  const now = clock.now()
  turn(state, now)
  await storage.pruneObserved({
    rejections: now - rejectionsKeptMs,
    samples: { [minuteMs]: now - minutesKeptMs, [hourMs]: now - hoursKeptMs },
    limit: prunedRows,
  })
}

function samplesOf({ options, process }: State, { stepMs, at, marks, max }: Step): Sample[] {
  return differencesSince(options.meter, marks).map((difference) => {
    const { series, metric, label, count, sum, buckets } = difference
    const most = Math.max(max.get(series) ?? 0, series.max)
    return {
      ...{ stepMs, metric, at, label, process, count, buckets },
      sum: Math.round(sum),
      max: Math.round(most),
    }
  })
}

/** Begins a new minute, and a new hour, where that is due. */
function turn(state: State, now: number): void {
  const { meter } = state.options
  if (startOf(now, minuteMs) <= state.minute.at) return
  const marks = markMeter(meter)
  for (const series of allSeries(meter)) {
    state.hour.max.set(series, Math.max(state.hour.max.get(series) ?? 0, series.max))
    series.max = 0
  }
  state.minute = newStep(now, minuteMs, marks)
  if (startOf(now, hourMs) > state.hour.at) state.hour = newStep(now, hourMs, marks)
}

function newStep(now: number, stepMs: number, marks: Marks): Step {
  return { stepMs, at: startOf(now, stepMs), marks, max: new Map() }
}

function startOf(atMs: number, stepMs: number): number {
  return atMs - (atMs % stepMs)
}
