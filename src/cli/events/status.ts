/**
 * How the states of events, deliveries and attempts are marked, so that they are told apart at a
 * glance.
 */
import { type Colour, paint } from '../output.ts'

const marks: Readonly<Record<string, readonly [mark: string, colour: Colour]>> = {
  done: ['✓', 'green'],
  failed: ['✗', 'red'],
  timed_out: ['✗', 'red'],
  crashed: ['✗', 'red'],
  parked: ['‖', 'yellow'],
  running: ['▸', 'yellow'],
  ready: ['·', 'yellow'],
}

/** The state with its mark in front. */
export function marked(state: string): string {
  return `${marks[state]?.[0] ?? '–'} ${state}`
}

export function inColourOf(state: string, text: string): string {
  return paint(marks[state]?.[1] ?? 'gray', text)
}
