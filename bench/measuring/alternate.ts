/**
 * Measures several candidates in turn, in each round in another order, so that a machine which gets
 * slower or is shared with others is as unkind to all of them. Numbers of one round are compared
 * with one another.
 */
import { type Random, shuffled } from './random.ts'

export interface AlternateOptions<Candidate, Sample> {
  readonly candidates: readonly Candidate[]
  readonly rounds: number
  readonly random: Random
  /** @param round counted from 1. */
  readonly measure: (candidate: Candidate, round: number) => Promise<Sample>
  /** In milliseconds, of a clock that nobody sets. */
  readonly now?: () => number
}

/** For each candidate its samples, by round. */
export type Samples<Candidate, Sample> = ReadonlyMap<Candidate, readonly Sample[]>

/** On a machine that is slow or busy a run has fewer rounds, so that it ends all the same. */
const roundsMsMax = 8 * 60_000

export async function alternate<Candidate, Sample>(
  options: AlternateOptions<Candidate, Sample>,
): Promise<Samples<Candidate, Sample>> {
  const samples = new Map<Candidate, Sample[]>(options.candidates.map((each) => [each, []]))
  const { rounds, now = () => performance.now() } = options
  const beganAt = now()
  for (let round = 1; round <= rounds; round++) {
    for (const candidate of shuffled(options.candidates, options.random)) {
      samples.get(candidate)?.push(await options.measure(candidate, round))
    }
    const usedMs = now() - beganAt
    if (round < rounds && usedMs + usedMs / round > roundsMsMax) {
      console.error(`${round} rounds of ${rounds}: another one would take too long.`)
      break
    }
  }
  return samples
}

/** A figure as it is printed: the middle of its rounds, and how far they lie apart. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/** Divided round by round, so that what slowed a whole round cancels out. */
export function ratios(values: readonly number[], of: readonly number[]): number[] {
  if (values.length !== of.length) throw new Error('Ratios need as many rounds of both candidates.')
  return values.map((value, round) => value / (of[round] ?? Number.NaN))
}
