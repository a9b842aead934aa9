/** Documents by the beginning of their path, in one order on every engine, and as a snapshot. */
import { expect } from 'vitest'
import type { Storage } from '../storage.ts'
import type { Cases } from './under-test.ts'

async function write(storage: Storage, ...paths: string[]): Promise<void> {
  for (const path of paths) await storage.writeDocument({ kind: 'set', path, data: { path } })
}

async function pathsAt(storage: Storage, prefix: string): Promise<string[]> {
  return (await storage.documents(prefix, { limit: 100 })).data.map(({ path }) => path)
}

/** In the order of their UTF-8 bytes, in which no locale has a say. */
const inByteOrder = [
  'users/A',
  'users/B',
  'users/_',
  'users/a',
  'users/a-b',
  'users/a.b',
  'users/a/b',
  'users/a0',
  'users/a_b',
  'users/b',
  'users/é',
  'users/ÿ',
  'users/ﬀ',
  'users/😀',
]

export const oneDocument: Cases = {
  'a path that nobody wrote gives undefined, and so does its parent': async ({ storage }) => {
    await write(storage, 'users/u_1/cards/c_1')
    expect(await storage.document('users/u_1')).toBeUndefined()
    expect(await storage.document('users/u_1/')).toBeUndefined()
    expect(await storage.document('Users/u_1/cards/c_1')).toBeUndefined()
  },
}

export const listedDocuments: Cases = {
  'paths are in the order of their bytes': async ({ storage }) => {
    await write(storage, ...[...inByteOrder].reverse())
    expect(await pathsAt(storage, 'users/')).toEqual(inByteOrder)
    expect(await pathsAt(storage, '')).toEqual(inByteOrder)
  },

  'a folder does not hold those whose names only begin alike': async ({ storage }) => {
    const paths = ['users/u_1', 'users/u_1/a', 'users/u_1/b/c', 'users/u_10', 'users/u_10/a']
    await write(storage, ...paths, 'users', 'users0', 'user/x')
    expect(await pathsAt(storage, 'users/u_1/')).toEqual(['users/u_1/a', 'users/u_1/b/c'])
    expect(await pathsAt(storage, 'users/u_10/')).toEqual(['users/u_10/a'])
    expect(await pathsAt(storage, 'users/')).toEqual(paths)
  },

  'a beginning that ends within a name finds all that begin so': async ({ storage }) => {
    await write(storage, 'users/u_0', 'users/u_1', 'users/u_1/a', 'users/u_10/a', 'users/u_2')
    expect(await pathsAt(storage, 'users/u_1')).toEqual([
      'users/u_1',
      'users/u_1/a',
      'users/u_10/a',
    ])
    expect(await pathsAt(storage, 'nowhere/')).toEqual([])
  },

  'the characters that stand for others in a search stand for themselves': async ({ storage }) => {
    await write(storage, 'a%/x', 'ab/x', 'a_/x', "a'/x")
    expect(await pathsAt(storage, 'a%/')).toEqual(['a%/x'])
    expect(await pathsAt(storage, 'a_/')).toEqual(['a_/x'])
    expect(await pathsAt(storage, "a'/")).toEqual(["a'/x"])
  },

  'a beginning of any last character finds what begins so': async ({ storage }) => {
    for (const last of ['~', 'ÿ', '\ud7ff', '\uffff', '\u{1f600}', '\u{103ff}', '\u{10ffff}']) {
      await write(storage, `${last}`, `${last}x`, `${last}/y`)
      const code = last.codePointAt(0)?.toString(16)
      expect([code, await pathsAt(storage, last)]).toEqual([code, [last, `${last}/y`, `${last}x`]])
    }
  },

  'pages follow one another without a gap, also where documents come and go': async ({
    storage,
  }) => {
    await write(storage, 'd/1', 'd/2', 'd/3', 'd/4', 'd/5')
    const first = await storage.documents('d/', { limit: 2 })
    await storage.writeDocument({ kind: 'delete', path: 'd/2' })
    await write(storage, 'd/0', 'd/2a')
    const second = await storage.documents('d/', { limit: 2, cursor: first.next ?? '' })
    const third = await storage.documents('d/', { limit: 2, cursor: second.next ?? '' })
    const pages = [first, second, third].map(({ data }) => data.map(({ path }) => path))
    expect(pages).toEqual([
      ['d/1', 'd/2'],
      ['d/2a', 'd/3'],
      ['d/4', 'd/5'],
    ])
    expect(third.next).toBeNull()
  },
}

export const snapshots: Cases = {
  'a snapshot of a path is that document alone': async ({ storage }) => {
    await write(storage, 'users/u_1', 'users/u_1/a', 'users/u_10')
    const { documents, cursor } = await storage.snapshot('users/u_1', 10)
    expect(documents.map(({ path }) => path)).toEqual(['users/u_1'])
    expect(cursor).toBe(await storage.newestCursor())
    expect((await storage.snapshot('users/u_2', 10)).documents).toEqual([])
  },

  'a snapshot of a folder is all below it, up to the limit': async ({ storage }) => {
    await write(storage, 'users/u_1', 'users/u_1/a', 'users/u_1/b', 'users/u_10/a')
    const { documents } = await storage.snapshot('users/u_1/', 10)
    expect(documents.map(({ path }) => path)).toEqual(['users/u_1/a', 'users/u_1/b'])
    expect((await storage.snapshot('users/u_1/', 1)).documents).toHaveLength(1)
  },

  'the documents and the cursor of a snapshot are of one moment': async ({
    storage,
    openAnother,
  }) => {
    const writer = await openAnother()
    let isWriting = true
    const writing = (async () => {
      for (let n = 1; n <= 60; n++) {
        await writer.writeDocument({ kind: 'set', path: 'counts/a', data: { n } })
      }
      isWriting = false
    })()
    const snapshots: Awaited<ReturnType<Storage['snapshot']>>[] = []
    while (isWriting) {
      snapshots.push(await storage.snapshot('counts/', 10))
      await new Promise(setImmediate)
    }
    await writing
    const { changes } = await storage.changesAfter(0, 1_000)
    for (const { cursor, documents } of snapshots) {
      const newest = changes.findLast((change) => change.cursor <= cursor)
      expect(documents[0]?.data).toEqual(newest?.data)
    }
    expect(new Set(snapshots.map(({ cursor }) => cursor)).size).toBeGreaterThan(5)
  },
}
