/**
 * How long to wait before the next try, and the waiting. Time and chance come in as a parameter.
 */

export const retryMsDefault = 500
export const retryMsMin = 10
export const retryMsMax = 30_000

/** A timer that is set for longer than this would fire at once. */
const timerMsMax = 2 ** 31 - 1

export interface Timing {
  /** Calls `run` once after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, run: () => void): () => void
  /** At least 0 and below 1. */
  random(): number
}

export const systemTiming: Timing = {
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, timerMsMax))
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}

/**
 * Doubles with each failure, between half and all of it by chance: clients that lost the same
 * server must not come back at the same moment.
 *
 * @param failures tries in a row that brought nothing; 1 is the first.
 * @param baseMs what the server asked for with `retry:`, or the default.
 */
export function backoffMs(failures: number, baseMs: number, random: () => number): number {
  const base = Math.max(baseMs, retryMsMin)
  const delay = Math.min(base * 2 ** Math.max(failures - 1, 0), retryMsMax)
  return delay * (0.5 + random() / 2)
}

/** Resolves after `ms`; rejects with the signal's reason as soon as that aborts. */
export function pause(ms: number, timing: Timing, signal: AbortSignal): Promise<void> {
  let cancel = () => {}
  const elapsed = new Promise<void>((resolve) => {
    cancel = timing.after(ms, resolve)
  })
  return unlessAborted(elapsed, signal).finally(cancel)
}

/** The promise's outcome, or the signal's reason if that comes first. Leaves no listener behind. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
    const leave = () => signal.removeEventListener('abort', abort)
    promise.finally(leave).then(resolve, reject)
  })
}
