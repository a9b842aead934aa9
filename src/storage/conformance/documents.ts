/** Writing documents: what each kind of write does, and the versions that never repeat. */
import { expect } from 'vitest'
import { type JsonObject, parseJson } from '../../base/json.ts'
import type { Document, Storage } from '../storage.ts'
import { changesOf } from './sample.ts'
import type { Cases } from './under-test.ts'

function set(storage: Storage, path: string, data: JsonObject): Promise<Document | undefined> {
  return storage.writeDocument({ kind: 'set', path, data })
}

export const writtenDocuments: Cases = {
  'set creates a document and replaces all of it': async ({ storage, clock }) => {
    const first = await set(storage, 'users/u_1', { a: 1, b: { c: [1, null, 'x'] } })
    expect(first).toEqual({
      path: 'users/u_1',
      data: { a: 1, b: { c: [1, null, 'x'] } },
      version: 1,
      updatedAt: clock.timeMs,
    })
    clock.timeMs += 5
    const second = await set(storage, 'users/u_1', { d: true })
    expect(second).toMatchObject({ data: { d: true }, version: 2, updatedAt: clock.timeMs })
    expect(await storage.document('users/u_1')).toEqual(second)
  },

  'update merges the top level and replaces what lies below it': async ({ storage }) => {
    await set(storage, 'users/u_1', { a: 1, deep: { x: 1, y: 2 } })
    const patch = { deep: { z: 3 }, b: null }
    const updated = await storage.writeDocument({ kind: 'update', path: 'users/u_1', patch })
    expect(updated).toMatchObject({ data: { a: 1, b: null, deep: { z: 3 } }, version: 2 })
    expect((await storage.document('users/u_1'))?.data).toEqual(updated?.data)
  },

  'update creates the document that is missing': async ({ storage }) => {
    const patch = { a: 1 }
    const made = await storage.writeDocument({ kind: 'update', path: 'users/u_1', patch })
    expect(made).toMatchObject({ data: { a: 1 }, version: 1 })
  },

  'updates that arrive at the same instant all count': async ({ storage, openAnother }) => {
    const other = await openAnother()
    const writes = Array.from({ length: 20 }, (_, i) =>
      (i % 2 === 0 ? storage : other).writeDocument({
        kind: 'update',
        path: 'users/u_1',
        patch: { [`field${i}`]: i },
      }),
    )
    const versions = (await Promise.all(writes)).map((written) => written?.version)
    expect(new Set(versions).size).toBe(20)
    const found = await storage.document('users/u_1')
    expect(found?.version).toBe(20)
    expect(Object.keys(found?.data ?? {})).toHaveLength(20)
  },

  'delete takes the document away and gives it back as it was': async ({ storage }) => {
    const written = await set(storage, 'users/u_1', { a: 1 })
    const deleted = await storage.writeDocument({ kind: 'delete', path: 'users/u_1' })
    expect(deleted).toEqual(written)
    expect(await storage.document('users/u_1')).toBeUndefined()
    expect((await storage.documents('users/', { limit: 10 })).data).toEqual([])
  },

  'to delete what is not there does nothing': async ({ storage }) => {
    expect(await storage.writeDocument({ kind: 'delete', path: 'users/u_1' })).toBeUndefined()
    expect(await storage.newestCursor()).toBe(0)
  },

  'a version is never given out twice, not after a delete and not after a reopen': async ({
    storage,
    reopen,
  }) => {
    await set(storage, 'users/u_1', { a: 1 })
    await storage.writeDocument({ kind: 'delete', path: 'users/u_1' })
    expect((await set(storage, 'users/u_1', { b: 2 }))?.version).toBe(3)
    await storage.writeDocument({ kind: 'delete', path: 'users/u_1' })
    const again = await reopen()
    const patch = { c: 3 }
    const made = await again.writeDocument({ kind: 'update', path: 'users/u_1', patch })
    expect(made).toMatchObject({ data: { c: 3 }, version: 5 })
    const versions = (await changesOf(again, 'users/')).map(({ version }) => version)
    expect(versions).toEqual([1, 2, 3, 4, 5])
  },

  'each write is one change, with the data as it is then': async ({ storage }) => {
    await set(storage, 'users/u_1', { a: 1 })
    await storage.writeDocument({ kind: 'update', path: 'users/u_1', patch: { b: 2 } })
    await storage.writeDocument({ kind: 'delete', path: 'users/u_1' })
    expect((await changesOf(storage, '')).map(({ cursor, ...change }) => change)).toEqual([
      { path: 'users/u_1', type: 'set', data: { a: 1 }, version: 1 },
      { path: 'users/u_1', type: 'set', data: { a: 1, b: 2 }, version: 2 },
      { path: 'users/u_1', type: 'deleted', data: null, version: 3 },
    ])
  },
}

export const versionedWrites: Cases = {
  'a write with the version that is there is done': async ({ storage }) => {
    const write = { kind: 'set', path: 'users/u_1', data: {} } as const
    expect(await storage.writeDocument({ ...write, ifVersion: 0 })).toMatchObject({ version: 1 })
    expect(await storage.writeDocument({ ...write, ifVersion: 1 })).toMatchObject({ version: 2 })
    const deleted = await storage.writeDocument({
      kind: 'delete',
      path: 'users/u_1',
      ifVersion: 2,
    })
    expect(deleted).toMatchObject({ version: 2 })
  },

  'a write with any other version is not done and leaves no change': async ({ storage }) => {
    await set(storage, 'users/u_1', { a: 1 })
    for (const ifVersion of [0, 2, -1]) {
      const write = { path: 'users/u_1', ifVersion }
      expect(await storage.writeDocument({ ...write, kind: 'set', data: {} })).toBeUndefined()
      expect(await storage.writeDocument({ ...write, kind: 'delete' })).toBeUndefined()
    }
    expect(await storage.document('users/u_1')).toMatchObject({ data: { a: 1 }, version: 1 })
    expect(await changesOf(storage, '')).toHaveLength(1)
  },

  'a deleted document has version 0 to those who ask for one': async ({ storage }) => {
    await set(storage, 'users/u_1', {})
    await storage.writeDocument({ kind: 'delete', path: 'users/u_1' })
    const write = { kind: 'set', path: 'users/u_1', data: {} } as const
    expect(await storage.writeDocument({ ...write, ifVersion: 2 })).toBeUndefined()
    expect(await storage.writeDocument({ ...write, ifVersion: 0 })).toMatchObject({ version: 3 })
  },

  'of two writers with one version only one is done': async ({ storage, openAnother }) => {
    const other = await openAnother()
    await set(storage, 'users/u_1', {})
    const answers = await Promise.all(
      [storage, other].map((each, i) =>
        each.writeDocument({ kind: 'set', path: 'users/u_1', data: { i }, ifVersion: 1 }),
      ),
    )
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1)
    expect((await storage.document('users/u_1'))?.version).toBe(2)
  },
}

export const documentData: Cases = {
  'data comes back as it was: odd keys, odd text and numbers': async ({ storage, reopen }) => {
    const text = '{"__proto__":{"admin":true},"constructor":1,"":0,"toString":"x","nul":"\\u0000"}'
    const data = parseJson(text) as JsonObject // an object, as the line above shows
    data.lone = '\ud800'
    data.numbers = [0.1, -0.5, 1e300, Number.MAX_SAFE_INTEGER]
    data.deep = [[[[{ a: [] }]]]]
    await set(storage, 'users/u_1', data)
    const found = await (await reopen()).document('users/u_1')
    expect(JSON.stringify(found?.data)).toBe(JSON.stringify(data))
  },

  'a key named __proto__ stays plain data through set, update and the change log': async ({
    storage,
  }) => {
    const patch = parseJson('{"__proto__":{"admin":true}}') as JsonObject // an object, as it says
    await set(storage, 'users/u_1', { a: 1 })
    await storage.writeDocument({ kind: 'update', path: 'users/u_1', patch })
    const found = await storage.document('users/u_1')
    expect(JSON.stringify(found?.data)).toBe('{"a":1,"__proto__":{"admin":true}}')
    expect(found?.data.admin).toBeUndefined()
    expect(({} as JsonObject).admin).toBeUndefined()
    const [, change] = await changesOf(storage, 'users/')
    expect(JSON.stringify(change?.data)).toBe('{"a":1,"__proto__":{"admin":true}}')
  },

  'a document of a megabyte is stored whole': async ({ storage }) => {
    const data = { text: 'é'.repeat(500_000) }
    await set(storage, 'users/u_1', data)
    expect((await storage.document('users/u_1'))?.data).toEqual(data)
  },
}
