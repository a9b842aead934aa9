/**
 * Carries on running replays at a bounded rate, so that fresh events do not wait behind old ones.
 */
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { NewDelivery, Storage, StoredEvent } from '../storage/storage.ts'

/** At most 200 events a second. */
const eventsPerStep = 50
const stepMs = 250
/** How soon a replay begins that another process was asked for. */
const lookMs = 2_000

export interface Replayer {
  readonly storage: Storage
  readonly log: Log
  readonly deliveriesFor: (event: StoredEvent) => readonly NewDelivery[]
}

/** Returns the way to stop. A stopped replay goes on where it was at the next start. */
export function startReplayer({ storage, log, deliveriesFor }: Replayer): () => void {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  const step = async () => {
    let waitMs = lookMs
    try {
      const replay = await storage.advanceReplay(eventsPerStep, deliveriesFor)
      if (replay?.state === 'running') waitMs = stepMs
      if (replay?.state === 'done') {
        log.info('replay done', { replay: replay.id, events: replay.replayed })
      }
    } catch (error) {
      if (!isStopped) log.error('could not carry on a replay', { error: errorText(error, 300) })
    }
    if (!isStopped) timer = setTimeout(() => void step(), waitMs)
  }
  void step()
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}
