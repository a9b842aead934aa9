/** What will be so, on a machine that may be busy. */
import { expect } from 'vitest'

const timeoutMs = 10_000

/** @example await soon(() => upstream.left).toBe(1) */
export function soon<T>(read: () => T, interval = 20) {
  return expect.poll(read, { timeout: timeoutMs, interval })
}
