/** What a benchmark found, as text for people: first of all what is slower than a peer. */
import { spread } from './alternate.ts'
import { figure, spreadText } from './table.ts'

export interface Comparison {
  /** What was compared: `64 connections, requests/s`. */
  readonly question: string
  readonly peer: string
  /** Hookline's figure against the peer's, round by round; above 1 Hookline is the better one. */
  readonly times: readonly number[]
}

export interface Report {
  readonly tables: readonly string[]
  /** Sentences for below the tables: settings, what was not run and why. */
  readonly notes: readonly string[]
  readonly comparisons: readonly Comparison[]
  /** npm packages whose versions belong to the figures. */
  readonly packages: readonly string[]
  /** All that was measured, for the JSON file. */
  readonly samples: unknown
}

/** One line for each comparison that Hookline loses, the worst first. */
export function slowerText(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return 'No peer was measured.'
  const slower = comparisons
    .map((comparison) => ({ ...comparison, middle: spread(comparison.times) }))
    .filter(({ middle }) => middle.median < 1)
    .toSorted((a, b) => a.middle.median - b.middle.median)
  if (slower.length === 0) return `Slower than a peer: nothing, of ${countText(comparisons)}.`
  const lines = slower.map(
    ({ question, peer, middle }) => `- ${question}: ${spreadText(middle)} times ${peer}`,
  )
  return [`Slower than a peer, of ${countText(comparisons)}:`, '', ...lines].join('\n')
}

function countText({ length }: readonly Comparison[]): string {
  return length === 1 ? 'one comparison' : `${figureOfCount(length)} comparisons`
}

function figureOfCount(count: number): string {
  return count < 100 ? String(count) : figure(count)
}
