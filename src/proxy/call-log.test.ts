import { expect, test } from 'vitest'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import type { NewCall } from '../storage/calls.ts'
import { newCallLog, waitingCallsMax } from './call-log.ts'

function newCall(n = 0): NewCall {
  return {
    id: newId('call', n),
    mode: 'test',
    api: 'openai',
    sub: 'u_1',
    method: 'GET',
    path: '/v1/models',
    status: 200,
    outcome: 'answered',
    startedAt: n,
    durationMs: 1,
    bytesSent: 0,
    bytesReceived: 0,
  }
}

function newStorage() {
  const groups: (readonly NewCall[])[] = []
  const storage = {
    groups,
    isBroken: false,
    recordCalls: async (calls: readonly NewCall[]) => {
      if (storage.isBroken) throw new Error('The disk is full.')
      groups.push(calls)
    },
  }
  return storage
}

function newLog() {
  const lines: string[] = []
  const write = (message: string, fields = {}) =>
    void lines.push(`${message} ${JSON.stringify(fields)}`)
  return { lines, log: { info: write, warn: write, error: write } satisfies Log }
}

test('calls that end together are written together, in groups, a moment later', async () => {
  const storage = newStorage()
  const calls = newCallLog({ storage, log: newLog().log, delayMs: 5 })
  for (let n = 0; n < 250; n++) calls.record(newCall(n))
  expect(storage.groups).toEqual([])
  const lengths = () => storage.groups.map(({ length }) => length)
  await expect.poll(lengths, { timeout: 5_000 }).toEqual([100, 100, 50])
  expect(storage.groups.flat().map(({ startedAt }) => startedAt)).toEqual(
    Array.from({ length: 250 }, (_, n) => n),
  )
})

test('what could not be written is written later, once and in order', async () => {
  const storage = newStorage()
  const { log, lines } = newLog()
  const calls = newCallLog({ storage, log })
  storage.isBroken = true
  calls.record(newCall(1))
  await calls.flush()
  expect(lines.join()).toContain('could not be recorded')
  storage.isBroken = false
  calls.record(newCall(2))
  await calls.stop()
  expect(storage.groups.flat().map(({ startedAt }) => startedAt)).toEqual([1, 2])
})

test('beyond the limit the oldest are dropped, and the log says how many', async () => {
  const storage = newStorage()
  const { log, lines } = newLog()
  const calls = newCallLog({ storage, log, delayMs: 60_000 })
  for (let n = 0; n < waitingCallsMax + 7; n++) calls.record(newCall(n))
  await calls.stop()
  const written = storage.groups.flat()
  expect([written.length, written[0]?.startedAt]).toEqual([waitingCallsMax, 7])
  expect(lines).toEqual(['calls were not recorded {"calls":7}'])
})

test('once it has stopped it writes nothing any more', async () => {
  const storage = newStorage()
  const { log, lines } = newLog()
  const calls = newCallLog({ storage, log, delayMs: 1 })
  await calls.stop()
  calls.record(newCall())
  await calls.flush()
  expect([storage.groups, lines]).toEqual([[], []])
})
