/** Waiting for handlers, for the few providers whose user waits for the answer. */
import type { Storage } from '../storage/storage.ts'

/** Looked at again this often where another process handles the event. */
const lookAgainMs = 250

/** Resolves once every delivery of the events has come to rest, or the time is over. */
export async function waitUntilHandled(
  storage: Storage,
  eventIds: readonly string[],
  withinMs: number,
): Promise<void> {
  const timeout = AbortSignal.timeout(withinMs)
  const open = new Set(eventIds)
  while (!timeout.aborted) {
    const changed = nextChange(storage, timeout)
    for (const id of open) {
      const status = (await storage.event(id))?.status
      if (status !== 'ready' && status !== 'running') open.delete(id)
    }
    if (open.size === 0) return
    await changed
  }
}

function nextChange(storage: Storage, timeout: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stop()
      clearTimeout(timer)
      timeout.removeEventListener('abort', done)
      resolve()
    }
    const stop = storage.onChange(done)
    const timer = setTimeout(done, lookAgainMs)
    timeout.addEventListener('abort', done)
  })
}
