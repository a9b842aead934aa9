/**
 * Watches: callbacks on the state of a path. Watches of one path share one stream, because a
 * browser allows only six connections to a server over HTTP/1.1.
 */
import type { Access } from './access.ts'
import type { Timing } from './backoff.ts'
import type { Change, Frame, LiveDocument } from './frame.ts'
import { isList, urlOf } from './live-path.ts'
import { frames } from './stream.ts'
import { advance, documentsOf, newView, type View } from './view.ts'
import type { JsonObject } from './wire.ts'

/** What `connect` keeps: how to reach the server, and the streams that are open. */
export interface LineState {
  readonly baseUrl: string
  readonly access: Access
  readonly timing: Timing
  readonly channels: Map<string, Channel>
}

/** The data of a document, undefined where it does not exist; or the documents below a path. */
export type State = JsonObject | undefined | readonly LiveDocument[]

export interface Listener {
  /** `change` is undefined for the first call, which brings the current state. */
  readonly tell: (state: State, change: Change | undefined) => void
  /** Called once, with what ended the watch; also with what `tell` threw, which does not end it. */
  readonly fail: (error: unknown) => void
  isTold: boolean
}

/** One stream and those who listen to it. */
export interface Channel {
  readonly path: string
  readonly view: View
  readonly listeners: Set<Listener>
  readonly ending: AbortController
  /** Why the last connection was lost. */
  lostWith: unknown
}

/**
 * Adds a listener to the path's stream, which is opened for the first and closed after the last.
 */
export function join(line: LineState, path: string, listener: Listener) {
  const channel = line.channels.get(path) ?? openChannel(line, path)
  channel.listeners.add(listener)
  // Later, as with the first listener: no callback runs before the caller has its `stop`.
  queueMicrotask(() => {
    if (channel.view.cursor !== undefined && !listener.isTold) tell(channel, listener, undefined)
  })
  return { channel, leave: () => leave(line, channel, listener) }
}

function leave(line: LineState, channel: Channel, listener: Listener): void {
  channel.listeners.delete(listener)
  if (channel.listeners.size > 0) return
  close(line, channel)
}

function close(line: LineState, channel: Channel): void {
  if (line.channels.get(channel.path) === channel) line.channels.delete(channel.path)
  channel.ending.abort()
}

function openChannel(line: LineState, path: string): Channel {
  const url = urlOf(line.baseUrl, '/live', path)
  const channel: Channel = {
    path,
    view: newView(),
    listeners: new Set(),
    ending: new AbortController(),
    lostWith: undefined,
  }
  line.channels.set(path, channel)
  void follow(line, channel, url)
  return channel
}

/** Runs until the channel is closed or its stream fails; never rejects. */
async function follow(line: LineState, channel: Channel, url: string): Promise<void> {
  const { access, timing } = line
  const { path, ending } = channel
  const onLost = (error: unknown) => {
    channel.lostWith = error
  }
  try {
    for await (const frame of frames({
      access,
      timing,
      url,
      path,
      signal: ending.signal,
      onLost,
    })) {
      tellAll(channel, frame)
    }
  } catch (error) {
    close(line, channel)
    for (const listener of channel.listeners) listener.fail(error)
  }
}

function tellAll(channel: Channel, frame: Frame): void {
  const isFirst = channel.view.cursor === undefined
  for (const change of advance(channel.view, frame)) {
    if (isFirst) continue
    for (const listener of channel.listeners) tell(channel, listener, change)
  }
  if (!isFirst) return
  for (const listener of channel.listeners) tell(channel, listener, undefined)
}

function tell(channel: Channel, listener: Listener, change: Change | undefined): void {
  // One of the others may have stopped it just now.
  if (!channel.listeners.has(listener)) return
  const isFirst = !listener.isTold
  listener.isTold = true
  try {
    listener.tell(stateOf(channel), isFirst ? undefined : change)
  } catch (error) {
    listener.fail(error)
  }
}

function stateOf({ path, view }: Channel): State {
  const documents = documentsOf(view)
  return isList(path) ? documents : documents[0]?.data
}
