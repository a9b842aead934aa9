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
import { type Hub, isWanted, joinHub, type Subscriber } from './hub.ts'

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

/** Where the frames of one client go. */
export interface Sink {
  /** Bytes that it takes before it is full; 0 or less where it is. */
  room(): number
  write(frame: string): void
  close(): void
}

/** A stream that has begun, as the owner of its sink sees it. */
export interface OpenStream {
  /** The sink has room again. */
  drained(): void
  /** The client is gone, or the sink takes no more. */
  left(): void
}

/** Begins to send. Called once. */
export type BeginStream = (sink: Sink) => OpenStream

/** Documents at a path with their cursor. @throws HooklineError `snapshot_too_large`. */
export async function readSnapshot(storage: Storage, path: string): Promise<Snapshot> {
  const snapshot = await storage.snapshot(path, snapshotDocumentsMax + 1)
  if (snapshot.documents.length <= snapshotDocumentsMax) return snapshot
  throw new HooklineError(
    'snapshot_too_large',
    `There are more than ${snapshotDocumentsMax} documents below ${path}. Watch a longer path.`,
  )
}

/**
 * Looks where the client is to go on from. It writes nothing before it is given a sink, so that
 * what is wrong can still be answered. @throws HooklineError `snapshot_too_large`.
 */
export async function openStream(options: StreamOptions): Promise<BeginStream> {
  const { storage } = options.hub
  const resumed = await resumable(storage, options.lastEventId)
  let first = resumed === undefined ? await readSnapshot(storage, options.path) : undefined
  return (sink) => {
    const stream = new Stream(options, sink, first?.cursor ?? resumed ?? 0)
    stream.begin(first ? snapshotFrame(first) : ': resumed\n\n')
    first = undefined // what goes on living with the stream is small
    return stream
  }
}

/** The cursor to go on from, or undefined where the client needs a new snapshot. */
async function resumable(storage: Storage, id: string | undefined): Promise<number | undefined> {
  if (id === undefined || !/^\d{1,15}$/.test(id)) return undefined
  const cursor = Number(id)
  return (await storage.changesAfter(cursor, 1)).complete ? cursor : undefined
}

/** Small, and without closures: there are many of them. */
class Stream implements Subscriber, OpenStream {
  readonly path: string
  cursor: number
  readonly #hub: Hub
  readonly #random: () => number
  readonly #sink: Sink
  readonly #expiry: NodeJS.Timeout
  #isEnded = false
  #hasRoom: (() => void) | undefined

  constructor({ hub, path, reader, clock, random }: StreamOptions, sink: Sink, cursor: number) {
    this.path = path
    this.cursor = cursor
    this.#hub = hub
    this.#random = random
    this.#sink = sink
    // A token that has run out reads nothing more. Timers hold 24 days at most.
    const lifeMs = Math.min(reader.expiresAt - clock.now(), 2 ** 31 - 1)
    this.#expiry = setTimeout(endStream, lifeMs, this).unref()
  }

  begin(frame: string): void {
    this.#write(frame)
    void this.#catchUp()
  }

  /** What the hub sends is not waited for: the slow are cut off. */
  send(frame: string): void {
    if (this.#sink.room() <= 0) this.left()
    else this.#write(frame)
  }

  end(): void {
    this.#write(retryFrame(Math.round(retryMs.least + retryMs.spread * this.#random())))
    this.left()
  }

  drained(): void {
    this.#hasRoom?.()
    this.#hasRoom = undefined
  }

  left(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#hub.subscribers.delete(this)
    clearTimeout(this.#expiry)
    this.drained()
    this.#sink.close()
  }

  #write(frame: string): void {
    if (!this.#isEnded) this.#sink.write(frame)
  }

  /**
   * Reads from the log, at the client's pace, until the hub is no further; from there the hub
   * sends.
   */
  async #catchUp(): Promise<void> {
    try {
      while (!this.#isEnded) {
        await this.#room()
        const { changes, cursor, complete } = await this.#hub.storage.changesAfter(
          this.cursor,
          changesPerRead,
        )
        if (!complete) return this.left()
        this.cursor = cursor
        for (const change of changes) {
          if (isWanted(this.path, change.path)) this.#write(changeFrame(change))
        }
        if (this.#isEnded) return
        if (changes.length < changesPerRead && joinHub(this.#hub, this)) return
      }
    } catch {
      this.left()
    }
  }

  async #room(): Promise<void> {
    if (this.#isEnded || this.#sink.room() > 0) return
    await new Promise<void>((resolve) => {
      this.#hasRoom = resolve
    })
  }
}

function endStream(stream: Stream): void {
  stream.left()
}

const encoder = new TextEncoder()

/** As the body of a standard Response. */
export function readableStream(begin: BeginStream): ReadableStream<Uint8Array> {
  let stream: OpenStream | undefined
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        stream = begin({
          room: () => controller.desiredSize ?? 0,
          write: (frame) => controller.enqueue(encoder.encode(frame)),
          close: () => closeQuietly(controller),
        })
      },
      pull: () => stream?.drained(),
      cancel: () => stream?.left(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bufferBytesMax }),
  )
}

function closeQuietly(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close()
  } catch {
    // The client has cancelled it already.
  }
}
