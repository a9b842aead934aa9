/**
 * What happens on the server, as it happens: one stream of changes for the whole page, handed out
 * in batches. It keeps nothing, and while the page is hidden it holds no connection.
 */
import { type Change, LineError } from 'hookline/client'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { line } from './server.ts'
import { endSession } from './session.ts'

export type Connection = 'connecting' | 'live' | 'lost' | 'paused'
export type Listener = (changes: readonly Change[]) => void

const batchMs = 100
/** A page that was only glanced away from keeps its stream. */
const hiddenMsMax = 30_000
const path = 'hookline/'

interface Feed {
  readonly listeners: Set<Listener>
  readonly watchers: Set<() => void>
  readonly resets: Set<() => void>
  queue: Change[]
  timer: ReturnType<typeof setTimeout> | undefined
  hiding: ReturnType<typeof setTimeout> | undefined
  connection: Connection
  ending: AbortController | undefined
}

const feed: Feed = {
  listeners: new Set(),
  watchers: new Set(),
  resets: new Set(),
  queue: [],
  timer: undefined,
  hiding: undefined,
  connection: 'connecting',
  ending: undefined,
}

/** Called once. `onReset`: what was read before may be out of date. */
export function startFeed(onReset: () => void): () => void {
  feed.resets.add(onReset)
  void follow()
  document.addEventListener('visibilitychange', onVisibility)
  return () => {
    feed.resets.delete(onReset)
    document.removeEventListener('visibilitychange', onVisibility)
    feed.ending?.abort()
    feed.ending = undefined
  }
}

export function onFeed(listener: Listener): () => void {
  feed.listeners.add(listener)
  return () => feed.listeners.delete(listener)
}

/** Calls back with each batch while the component is there. */
export function useFeed(listener: Listener): void {
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => onFeed((changes) => latest.current(changes)), [])
}

/** A path that is not part of the feed: a stream of its own, while the component is there. */
export function useStream(path: string, tell: (change: Change) => void): void {
  const latest = useRef(tell)
  latest.current = tell
  useEffect(() => {
    const ending = new AbortController()
    void tellEach(path, ending.signal, (change) => latest.current(change))
    return () => ending.abort()
  }, [path])
}

/** What ends it is said by the feed, which has lost the same server. */
async function tellEach(path: string, signal: AbortSignal, tell: (change: Change) => void) {
  try {
    for await (const change of line.changes(path, { signal, initial: true })) tell(change)
  } catch {
    // Aborted, or refused; see above.
  }
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (watcher) => {
      feed.watchers.add(watcher)
      return () => feed.watchers.delete(watcher)
    },
    () => feed.connection,
  )
}

function onVisibility(): void {
  clearTimeout(feed.hiding)
  if (document.visibilityState === 'hidden') feed.hiding = setTimeout(pause, hiddenMsMax)
  else if (feed.connection === 'paused') void follow()
}

function pause(): void {
  feed.ending?.abort()
  feed.ending = undefined
  say('paused')
}

async function follow(): Promise<void> {
  const ending = new AbortController()
  feed.ending?.abort()
  feed.ending = ending
  try {
    const changes = line.changes(path, {
      signal: ending.signal,
      onConnection: noticeConnection,
      onSnapshot: reset,
    })
    for await (const change of changes) push(change)
  } catch (error) {
    if (ending.signal.aborted) return
    say('lost')
    if (error instanceof LineError && error.status === 401) endSession()
  }
}

/** A server that began anew may have other sources and settings, of which no change tells. */
function noticeConnection(isOpen: boolean): void {
  if (isOpen && feed.connection === 'lost') reset()
  say(isOpen ? 'live' : 'lost')
}

function say(connection: Connection): void {
  feed.connection = connection
  for (const watcher of feed.watchers) watcher()
}

/** The first snapshot comes when the page begins, before which nothing was read. */
function reset(): void {
  for (const onReset of feed.resets) onReset()
}

function push(change: Change): void {
  feed.queue.push(change)
  feed.timer ??= setTimeout(handOut, batchMs)
}

function handOut(): void {
  const changes = feed.queue
  feed.queue = []
  feed.timer = undefined
  for (const listener of feed.listeners) listener(changes)
}
