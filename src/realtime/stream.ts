/**
 * One live stream: a snapshot or what was missed since the client's cursor, then each change as it
 * is committed. A client that reads too slowly is cut off before its backlog fills the memory; it
 * comes back with its cursor and loses nothing.
 */
import type { Clock } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'
import type { Snapshot, Storage } from '../storage/storage.ts'
import type { Reader } from './access.ts'
import { changeFrame, retryFrame, snapshotFrame } from './frames.ts'
import { type Hub, isWanted, type Subscriber } from './hub.ts'

export const bufferBytesMax = 262_144
export const snapshotDocumentsMax = 10_000
const changesPerRead = 500
/** Clients that lose their server at once shall not return at once. */
const retryMs = { least: 500, spread: 2_000 }

export interface StreamOptions {
  readonly hub: Hub
  readonly path: string
  readonly reader: Reader
  /** The client's `Last-Event-ID`. */
  readonly lastEventId: string | undefined
  readonly clock: Clock
  readonly random: () => number
}

interface Stream {
  readonly options: StreamOptions
  readonly controller: ReadableStreamDefaultController<Uint8Array>
  readonly subscriber: Subscriber
  hasRoom: () => void
  isEnded: boolean
  expiry: NodeJS.Timeout | undefined
}

const encoder = new TextEncoder()
/** One for all: there are many streams. */
const byBytes = new ByteLengthQueuingStrategy({ highWaterMark: bufferBytesMax })

/** Documents at a path with their cursor. @throws HooklineError `snapshot_too_large`. */
export async function readSnapshot(storage: Storage, path: string): Promise<Snapshot> {
  const snapshot = await storage.snapshot(path, snapshotDocumentsMax + 1)
  if (snapshot.documents.length <= snapshotDocumentsMax) return snapshot
  throw new HooklineError(
    'snapshot_too_large',
    `There are more than ${snapshotDocumentsMax} documents below ${path}. Watch a longer path.`,
  )
}

export async function openStream(options: StreamOptions): Promise<ReadableStream<Uint8Array>> {
  const { storage } = options.hub
  const resumed = await resumable(storage, options.lastEventId)
  let first = resumed === undefined ? await readSnapshot(storage, options.path) : undefined
  let stream: Stream | undefined
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        stream = newStream(options, controller, first?.cursor ?? resumed ?? 0)
        if (first) enqueue(stream, snapshotFrame(first))
        else enqueue(stream, ': resumed\n\n')
        first = undefined // what goes on living with the stream is small
        void catchUp(stream)
      },
      pull: () => stream?.hasRoom(),
      cancel: () => {
        if (stream) end(stream)
      },
    },
    byBytes,
  )
}

/** The cursor to go on from, or undefined where the client needs a new snapshot. */
async function resumable(storage: Storage, id: string | undefined): Promise<number | undefined> {
  if (id === undefined || !/^\d{1,15}$/.test(id)) return undefined
  const cursor = Number(id)
  return (await storage.changesAfter(cursor, 1)).complete ? cursor : undefined
}

function newStream(
  options: StreamOptions,
  controller: ReadableStreamDefaultController<Uint8Array>,
  cursor: number,
): Stream {
  const stream: Stream = {
    options,
    controller,
    subscriber: {
      path: options.path,
      cursor,
      send: (frame) => send(stream, frame),
      end: () => end(stream, true),
    },
    hasRoom: () => {},
    isEnded: false,
    expiry: undefined,
  }
  // A token that has run out reads nothing more. Timers hold 24 days at most.
  const lifeMs = Math.min(options.reader.expiresAt - options.clock.now(), 2 ** 31 - 1)
  stream.expiry = setTimeout(() => end(stream), lifeMs)
  stream.expiry.unref()
  return stream
}

/**
 * Reads from the log, at the client's pace, until the hub is no further; from there the hub
 * sends.
 */
async function catchUp(stream: Stream): Promise<void> {
  const { hub, path } = stream.options
  const { subscriber } = stream
  try {
    while (!stream.isEnded) {
      await room(stream)
      const { changes, cursor, complete } = await hub.storage.changesAfter(
        subscriber.cursor,
        changesPerRead,
      )
      if (!complete) return end(stream)
      const missed = changes.filter((change) => isWanted(path, change.path))
      subscriber.cursor = cursor
      for (const change of missed) enqueue(stream, changeFrame(change))
      // No await between this look and the joining: a change can not fall in between.
      if (changes.length < changesPerRead && hub.cursor <= subscriber.cursor && !stream.isEnded) {
        hub.subscribers.add(subscriber)
        return
      }
    }
  } catch {
    end(stream)
  }
}

async function room(stream: Stream): Promise<void> {
  if (stream.isEnded || (stream.controller.desiredSize ?? 0) > 0) return
  await new Promise<void>((resolve) => {
    stream.hasRoom = resolve
  })
}

/** What the hub sends is not waited for: the slow are cut off. */
function send(stream: Stream, frame: string): void {
  if ((stream.controller.desiredSize ?? 0) <= 0) end(stream)
  else enqueue(stream, frame)
}

function enqueue(stream: Stream, frame: string): void {
  if (!stream.isEnded) stream.controller.enqueue(encoder.encode(frame))
}

function end(stream: Stream, isStopping = false): void {
  if (stream.isEnded) return
  const { options, controller, subscriber } = stream
  if (isStopping) {
    enqueue(stream, retryFrame(Math.round(retryMs.least + retryMs.spread * options.random())))
  }
  stream.isEnded = true
  options.hub.subscribers.delete(subscriber)
  clearTimeout(stream.expiry)
  stream.hasRoom()
  try {
    controller.close()
  } catch {
    // The client has cancelled it already.
  }
}
