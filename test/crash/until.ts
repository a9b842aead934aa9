/** Waits for a condition, with a limit: never for a time that is hoped to be enough. */
import { setTimeout as sleep } from 'node:timers/promises'

const lookEveryMs = 10

/** @throws Error naming what was waited for. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`After ${withinMs} ms still not: ${what}.`)
    await sleep(lookEveryMs)
  }
}
