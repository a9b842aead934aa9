/**
 * Waiting for a condition with a limit that also holds on a machine that is busy with other
 * things.
 */
import { vi } from 'vitest'

const waitMsMax = 10_000

/** Resolves when `check` no longer throws; rejects with what it throws when the time is over. */
export function until<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: waitMsMax, interval: 5 })
}
