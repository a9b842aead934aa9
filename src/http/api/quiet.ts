/**
 * Whether a source has been silent for longer than it uses to be. What is usual is read from the
 * hours in which it sent; where those are few, nothing is said.
 */
import { hourMs, monthMs } from '../../storage/sampler.ts'
import type { Storage } from '../../storage/storage.ts'

/** Hours with events that are needed to know what is usual. */
const hoursKnownMin = 5
/** Twice the longest silence there was, and a few hours for what comes by the hour. */
const usualTimes = 2
const quietMsMin = 3 * hourMs
const samplesMax = 20_000

export interface Quiet {
  /** Null where too little is known. */
  readonly isQuiet: boolean | null
  /** The longest silence between two events of the last 30 days, in whole hours. */
  readonly usualGapMs: number | null
}

export async function quietOf(
  storage: Storage,
  source: string,
  { lastAt, now }: { readonly lastAt: number | undefined; readonly now: number },
): Promise<Quiet> {
  const samples = await storage.samples({
    ...{ stepMs: hourMs, metric: 'received', label: source, limit: samplesMax },
    since: now - monthMs,
    until: now,
  })
  const hours = [...new Set(samples.map(({ at }) => at))].sort((a, b) => a - b)
  if (lastAt === undefined || hours.length < hoursKnownMin) {
    return { isQuiet: null, usualGapMs: null }
  }
  const gaps = hours.slice(1).map((at, i) => at - (hours[i] ?? at))
  const usualGapMs = Math.max(hourMs, ...gaps)
  return { isQuiet: now - lastAt > Math.max(quietMsMin, usualTimes * usualGapMs), usualGapMs }
}
