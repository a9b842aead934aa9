/**
 * Ctrl-C and SIGTERM. The first asks for an orderly end, a later one for the end at once. One key
 * press can arrive twice, from the terminal and handed on by npm, so a second one right behind does
 * not count.
 */
import { systemClock } from '../base/clock.ts'

const echoMs = 500
const stopSignals = ['SIGINT', 'SIGTERM'] as const

export interface StopHandlers {
  /** Called once. */
  readonly drain: () => void
  /** Called when somebody insists. */
  readonly exit: () => void
}

/** Returns the way to listen no more. */
export function onStopSignals({ drain, exit }: StopHandlers): () => void {
  let firstAt: number | undefined
  const onSignal = () => {
    const now = systemClock.now()
    if (firstAt === undefined) {
      firstAt = now
      drain()
    } else if (now - firstAt > echoMs) {
      exit()
    }
  }
  for (const signal of stopSignals) process.on(signal, onSignal)
  return () => {
    for (const signal of stopSignals) process.off(signal, onSignal)
  }
}

/** Resolves at the first signal; a second one ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    onStopSignals({ drain: resolve, exit: () => process.exit(1) })
  })
}
