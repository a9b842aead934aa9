/** Waits for a condition, with a limit. */
import { setTimeout as wait } from 'node:timers/promises'

const waitMsMax = 20_000
const pollMs = 50

/** Resolves with the first value that is there; what throws counts as not yet. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const endsAt = performance.now() + waitMsMax
  let last: unknown
  while (performance.now() < endsAt) {
    try {
      const value = await look()
      if (value !== undefined) return value
    } catch (error) {
      last = error
    }
    await wait(pollMs)
  }
  throw new Error(`Waited in vain: ${what}.`, { cause: last })
}
