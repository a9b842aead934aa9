/** A clock that stands still until a test moves it. */
import type { Timing } from '../backoff.ts'

interface Timer {
  readonly dueMs: number
  readonly run: () => void
}

export interface FakeTiming extends Timing {
  nowMs: number
  readonly timers: Set<Timer>
  /** How many timers were ever set. */
  set: number
}

export function newFakeTiming(random = () => 0.5): FakeTiming {
  const timing: FakeTiming = {
    nowMs: 0,
    timers: new Set(),
    set: 0,
    after(ms, run) {
      const timer = { dueMs: timing.nowMs + ms, run }
      timing.timers.add(timer)
      timing.set++
      return () => timing.timers.delete(timer)
    },
    random,
  }
  return timing
}

/** Moves the clock, and runs what falls due on the way in its order. */
export function passTime(timing: FakeTiming, ms: number): void {
  timing.nowMs += ms
  const due = [...timing.timers].filter(({ dueMs }) => dueMs <= timing.nowMs)
  for (const timer of due.sort((a, b) => a.dueMs - b.dueMs)) {
    if (timing.timers.delete(timer)) timer.run()
  }
}
