/**
 * Reads the change log once for all subscribers of this process and hands each change to those
 * whose path it is. It is woken by commits of this process; a slow poll finds those of others.
 */
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Change, Storage } from '../storage/storage.ts'
import { changeFrame, heartbeatFrame } from './frames.ts'

const changesPerRead = 500
const pollMs = 1_000
export const heartbeatMs = 15_000

export interface Subscriber {
  /** A path, or a prefix that ends in `/`. */
  readonly path: string
  /** What it has been sent; changes up to here are not for it. */
  cursor: number
  send(frame: string): void
  end(): void
}

export interface Hub {
  readonly storage: Storage
  readonly log: Log
  readonly subscribers: Set<Subscriber>
  /** All changes up to here have been handed out. While nobody subscribes it stays where it is. */
  cursor: number
  isPumping: boolean
  isWoken: boolean
  isStopped: boolean
  stop: () => void
}

export function startHub(storage: Storage, log: Log): Hub {
  const hub: Hub = {
    storage,
    log,
    subscribers: new Set(),
    cursor: 0,
    isPumping: false,
    isWoken: false,
    isStopped: false,
    stop: () => {},
  }
  const stopListening = storage.onChange(() => wakeHub(hub))
  const poll = setInterval(() => {
    if (hub.subscribers.size > 0) wakeHub(hub)
    else if (!hub.isPumping) void pump(hub)
  }, pollMs)
  const heartbeat = setInterval(() => {
    for (const subscriber of hub.subscribers) subscriber.send(heartbeatFrame)
  }, heartbeatMs)
  hub.stop = () => {
    hub.isStopped = true
    stopListening()
    clearInterval(poll)
    clearInterval(heartbeat)
    for (const subscriber of [...hub.subscribers]) subscriber.end()
  }
  return hub
}

/**
 * From now on the hub sends it what comes after its cursor. False where the hub is further than
 * that, so that the subscriber has to read on by itself first.
 */
export function joinHub(hub: Hub, subscriber: Subscriber): boolean {
  if (hub.cursor > subscriber.cursor) return false
  if (hub.subscribers.size === 0) hub.cursor = subscriber.cursor
  hub.subscribers.add(subscriber)
  wakeHub(hub) // for what was committed since the subscriber looked
  return true
}

/** Where nobody would hear of it nothing is read, as each commit would cost a look. */
function wakeHub(hub: Hub): void {
  if (hub.subscribers.size === 0) return
  hub.isWoken = true
  if (!hub.isPumping) void pump(hub)
}

async function pump(hub: Hub): Promise<void> {
  hub.isPumping = true
  try {
    if (hub.subscribers.size === 0) await findEnd(hub)
    while (hub.isWoken && hub.subscribers.size > 0) {
      hub.isWoken = false
      await handOut(hub)
    }
  } catch (error) {
    const fields = { error: errorText(error, 300) }
    if (!hub.isStopped) hub.log.error('could not read the change log', fields)
  } finally {
    hub.isPumping = false
  }
}

/**
 * On PostgreSQL the end of the log is found by going there from where it was found last. Without
 * this the first who listens after a quiet day would wait for the whole way.
 */
async function findEnd(hub: Hub): Promise<void> {
  await hub.storage.newestCursor()
}

async function handOut(hub: Hub): Promise<void> {
  const { changes, cursor } = await hub.storage.changesAfter(hub.cursor, changesPerRead)
  hub.cursor = cursor
  if (changes.length === changesPerRead) hub.isWoken = true
  for (const change of changes) handOutOne(hub, change)
}

function handOutOne(hub: Hub, change: Change): void {
  // Written out once, however many subscribers it has.
  let frame: string | undefined
  for (const subscriber of hub.subscribers) {
    if (change.cursor <= subscriber.cursor) continue
    subscriber.cursor = change.cursor
    if (!isWanted(subscriber.path, change.path)) continue
    frame ??= changeFrame(change)
    subscriber.send(frame)
  }
}

export function isWanted(path: string, changed: string): boolean {
  return path.endsWith('/') ? changed.startsWith(path) : changed === path
}
