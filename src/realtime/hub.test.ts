import { afterEach, expect, test, vi } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { temporaryDatabase } from '../storage/conformance/temporary-database.ts'
import { openStorage } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { adminReader } from './access.ts'
import { type Hub, startHub } from './hub.ts'
import { type OpenStream, openStream } from './stream.ts'

let hub: Hub
let storage: Storage

afterEach(async () => {
  hub.stop()
  await storage.close()
})

/** A hub whose reads of the log can be watched and held up. */
async function start(): Promise<{ reads: () => number; afterRead: (run: () => unknown) => void }> {
  const real = await openStorage({ database: await temporaryDatabase(), clock: systemClock })
  let reads = 0
  let once: (() => unknown) | undefined
  storage = {
    ...real,
    changesAfter: async (cursor, limit) => {
      reads++
      const changes = await real.changesAfter(cursor, limit)
      const run = once
      once = undefined
      await run?.()
      return changes
    },
  }
  hub = startHub(storage, silentLog)
  const afterRead = (run: () => unknown) => {
    once = run
  }
  return { reads: () => reads, afterRead }
}

async function listen(path: string): Promise<{ frames: string[]; stream: OpenStream }> {
  const frames: string[] = []
  const begin = await openStream({
    ...{ hub, path, reader: adminReader, lastEventId: undefined },
    ...{ clock: systemClock, random: () => 0 },
  })
  const sink = { room: () => 1, write: (frame: string) => frames.push(frame), close: () => {} }
  return { frames, stream: begin(sink) }
}

function write(n: number): Promise<unknown> {
  return storage.writeDocument({ kind: 'set', path: 'users/u_1', data: { n } })
}

/** The numbers of the changes that were sent. */
function heard(frames: readonly string[]): number[] {
  return frames.flatMap((frame) => {
    const number = /^event: change\n[\s\S]*"data":\{"n":(\d+)\}/.exec(frame)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
}

test('while nobody listens nothing is read, and who comes then misses nothing', async () => {
  const { reads } = await start()
  for (let n = 1; n <= 20; n++) await write(n)
  expect(reads()).toBe(0)
  const { frames, stream } = await listen('users/u_1')
  await vi.waitFor(() => expect(hub.subscribers.size).toBe(1))
  await write(21)
  await vi.waitFor(() => expect(heard(frames)).toEqual([21]))
  stream.left()
  const before = reads()
  await write(22)
  await write(23)
  expect(reads()).toBe(before)
  const again = await listen('users/u_1')
  await vi.waitFor(() => expect(hub.subscribers.size).toBe(1))
  await write(24)
  await vi.waitFor(() => expect(heard(again.frames)).toEqual([24]))
  expect(heard(frames)).toEqual([21])
})

test('what is committed between a last look and the joining is sent once', async () => {
  const { afterRead } = await start()
  await write(1)
  afterRead(() => write(2))
  const { frames } = await listen('users/u_1')
  await vi.waitFor(() => expect(heard(frames)).toEqual([2]))
  const other = await listen('users/u_1')
  await vi.waitFor(() => expect(hub.subscribers.size).toBe(2))
  await write(3)
  await vi.waitFor(() => expect(heard(other.frames)).toEqual([3]))
  expect(heard(frames)).toEqual([2, 3])
})

test('a client without room is cut off, and one that left is written nothing', async () => {
  await start()
  await write(1)
  const { frames, stream } = await listen('users/u_1')
  await vi.waitFor(() => expect(hub.subscribers.size).toBe(1))
  stream.left()
  expect(hub.subscribers.size).toBe(0)
  const begin = await openStream({
    ...{ hub, path: 'users/u_1', reader: adminReader, lastEventId: undefined },
    ...{ clock: systemClock, random: () => 0 },
  })
  let room = 1
  let closed = 0
  begin({ room: () => room, write: () => {}, close: () => closed++ })
  await vi.waitFor(() => expect(hub.subscribers.size).toBe(1))
  room = 0
  await write(2)
  await vi.waitFor(() => expect(closed).toBe(1))
  expect(hub.subscribers.size).toBe(0)
  expect(heard(frames)).toEqual([])
})
