import { expect, test, vi } from 'vitest'
import { newId } from './ids.ts'

const nowMs = 1_767_225_600_000
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The milliseconds that the first ten characters hold, by the specification of ULID. */
function timeOf(id: string): number {
  const digits = [...id.slice(id.indexOf('_') + 1).slice(0, 10)]
  return digits.reduce((ms, character) => ms * 32 + alphabet.indexOf(character), 0)
}

/** As it is in a process that has made no id yet. */
async function freshNewId(): Promise<typeof newId> {
  vi.resetModules()
  return (await import('./ids.ts')).newId
}

test('an id is its prefix and a ULID that holds its time', async () => {
  const fresh = await freshNewId()
  const id = fresh('evt', nowMs)
  expect(id).toMatch(/^evt_[0-9A-HJKMNP-TV-Z]{26}$/)
  expect(timeOf(id)).toBe(nowMs)
  expect(timeOf(fresh('dlv', nowMs + 1))).toBe(nowMs + 1)
})

test('ids of one millisecond ascend and do not repeat', () => {
  const ids = Array.from({ length: 5_000 }, () => newId('evt', nowMs))
  expect(ids).toEqual([...ids].sort())
  expect(new Set(ids).size).toBe(5_000)
})

test('ids ascend as time goes on, across carries of their digits', () => {
  const ids = Array.from({ length: 2_000 }, (_, i) => newId('evt', nowMs + Math.floor(i / 3)))
  expect(ids).toEqual([...ids].sort())
})

test('a clock that steps back does not make ids step back or repeat', () => {
  const before = newId('evt', nowMs + 1_000_000)
  const after = [newId('evt', nowMs), newId('evt', 0), newId('evt', nowMs + 1_000_000)]
  expect([before, ...after]).toEqual([before, ...after].sort())
  expect(new Set([before, ...after]).size).toBe(4)
})

test('a clock that begins at zero gives whole ids as well', async () => {
  const fresh = await freshNewId()
  const ids = [fresh('evt', 0), fresh('evt', 0)]
  for (const id of ids) expect(id).toMatch(/^evt_0{10}[0-9A-HJKMNP-TV-Z]{16}$/)
  expect(new Set(ids).size).toBe(2)
})

test('two processes do not make the same ids in one millisecond', async () => {
  const [one, other] = [await freshNewId(), await freshNewId()]
  const ids = Array.from({ length: 500 }, () => [one('evt', nowMs), other('evt', nowMs)]).flat()
  expect(new Set(ids).size).toBe(1_000)
})
