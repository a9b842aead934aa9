/**
 * Tells those who watch a path something that is in no log: what is true now and of no use later.
 * It goes out as a snapshot, which a client takes at any time, and moves no cursor.
 */
import type { JsonObject } from '../base/json.ts'
import { snapshotFrame } from './frames.ts'
import type { Hub } from './hub.ts'

export function isWatched({ subscribers }: Hub, path: string): boolean {
  for (const subscriber of subscribers) if (subscriber.path === path) return true
  return false
}

/** Only to those who watch this very path: to others it would be all that there is. */
export function publish({ subscribers }: Hub, path: string, data: JsonObject): void {
  for (const subscriber of subscribers) {
    if (subscriber.path !== path) continue
    const { cursor } = subscriber
    const documents = [{ path, data, version: 1, updatedAt: 0 }]
    subscriber.send(snapshotFrame({ cursor, documents }))
  }
}
