/** Keys: written with their entry in the audit log, under the newest master key alone. */
import { expect } from 'vitest'
import { keysMax, type PutKey } from '../keys.ts'
import type { Storage } from '../storage.ts'
import { present } from './sample.ts'
import type { Cases } from './under-test.ts'

const master = { masterId: 'm1', fingerprintKey: Buffer.from('f1') }
const actor = { kind: 'cli', id: 'test' } as const

function newKey(version: number, over: Partial<PutKey> = {}): PutKey {
  return {
    id: `key_${over.name ?? 'A'}${over.mode ?? ''}${version}`,
    name: 'A',
    mode: 'test',
    version,
    kind: null,
    fingerprint: 'abc',
    sealed: Buffer.from([0, 1, 255]),
    dataKey: Buffer.from([9]),
    masterId: 'm1',
    graceMs: 0,
    ...over,
  }
}

async function put(storage: Storage, key: PutKey): Promise<string> {
  return (await storage.putKey(key, { actor, action: 'key.set', subject: key.name })).result
}

async function begun({ storage }: { storage: Storage }): Promise<Storage> {
  await storage.beginMasterKey(master)
  return storage
}

const versionsOf = async (storage: Storage) =>
  (await storage.keys()).map(({ name, mode, version }) => `${name} ${mode} ${version}`)

/** What each verb is called with where only its refusal matters. */
export const keyCalls = {
  masterKeyState: (s: Storage) => s.masterKeyState(),
  beginMasterKey: (s: Storage) => s.beginMasterKey(master),
  keys: (s: Storage) => s.keys(),
  putKey: (s: Storage) => put(s, newKey(1)),
  removeKey: (s: Storage) =>
    s.removeKey('A', 'test', { actor, action: 'key.remove', subject: 'A' }),
  useKey: (s: Storage) =>
    s.useKey('A', 'test', { everyMs: 1, entry: { actor, action: 'key.use', subject: 'A' } }),
  keysVersion: (s: Storage) => s.keysVersion(),
  beginRewrap: (s: Storage) => s.beginRewrap('m1', master),
  advanceRewrap: (s: Storage) => s.advanceRewrap(1, () => new Uint8Array()),
}

export const masterKeys: Cases = {
  'the master key that came first stands, and the second one is told so': async ({ storage }) => {
    expect(await storage.masterKeyState()).toBeUndefined()
    const first = await storage.beginMasterKey(master)
    expect(first).toMatchObject({ masterId: 'm1', previousId: null })
    const second = await storage.beginMasterKey({ masterId: 'm2', fingerprintKey: Buffer.of(2) })
    expect(second.masterId).toBe('m1')
    expect(Buffer.from(second.fingerprintKey).toString()).toBe('f1')
  },
}

export const putKeys: Cases = {
  'a key is given back as it was put, its bytes exact': async (under) => {
    const storage = await begun(under)
    expect(await put(storage, newKey(1, { kind: 'stripe api-key' }))).toBe('put')
    const [key] = await storage.keys()
    expect(key).toMatchObject({ name: 'A', mode: 'test', version: 1, kind: 'stripe api-key' })
    expect([...present(key).sealed]).toEqual([0, 1, 255])
    expect(key).toMatchObject({ goodUntil: null, lastUsedAt: null, masterId: 'm1' })
  },

  'a version that is taken is not written, and neither is its entry': async (under) => {
    const storage = await begun(under)
    await put(storage, newKey(1))
    expect(await put(storage, newKey(1, { id: 'key_other' }))).toBe('version_taken')
    expect((await storage.auditEnds()).head.seq).toBe(1)
    expect(await storage.keysVersion()).toBe(1)
  },

  'of writers at one moment one is first, and the others are told': async (under) => {
    const storage = await begun(under)
    const other = await under.openAnother()
    const results = await Promise.all(
      [storage, other, storage, other].map((s, i) => put(s, newKey(1, { id: `key_${i}` }))),
    )
    expect(results.filter((result) => result === 'put')).toHaveLength(1)
    expect(results.filter((result) => result === 'version_taken')).toHaveLength(3)
  },

  'a key under a master key that is not the newest is refused': async (under) => {
    const storage = await begun(under)
    expect(await put(storage, newKey(1, { masterId: 'm0' }))).toBe('master_changed')
    await storage.beginRewrap('m1', { masterId: 'm2', fingerprintKey: Buffer.of(2) })
    expect(await put(storage, newKey(1))).toBe('master_changed')
    expect(await put(storage, newKey(1, { masterId: 'm2' }))).toBe('put')
  },

  'there is room for so many keys, and a rotation of one of them still fits': async (under) => {
    const storage = await begun(under)
    await Promise.all(
      Array.from({ length: keysMax }, (_, i) => put(storage, newKey(1, { name: `N${i}` }))),
    )
    expect(await put(storage, newKey(1, { name: 'one-more' }))).toBe('full')
    expect(await put(storage, newKey(2, { name: 'N7' }))).toBe('put')
  },
}

export const goodKeys: Cases = {
  'without a grace the versions before are gone, with one they stay until it ends': async (
    under,
  ) => {
    const storage = await begun(under)
    await put(storage, newKey(1))
    await put(storage, newKey(2, { graceMs: 60_000 }))
    expect(await versionsOf(storage)).toEqual(['A test 2', 'A test 1'])
    const ends = (await storage.keys()).map(({ goodUntil }) => goodUntil !== null)
    expect(ends).toEqual([false, true])
    await put(storage, newKey(3))
    expect(await versionsOf(storage)).toEqual(['A test 3'])
  },

  'another name and another mode are left alone': async (under) => {
    const storage = await begun(under)
    await put(storage, newKey(1))
    await put(storage, newKey(1, { mode: 'live' }))
    await put(storage, newKey(1, { name: 'B' }))
    await put(storage, newKey(2))
    expect(await versionsOf(storage)).toEqual(['A live 1', 'A test 2', 'B test 1'])
  },
}

export const changedKeys: Cases = {
  'each change counts up and is told in the change log, without anything about the key': async (
    under,
  ) => {
    const storage = await begun(under)
    await put(storage, newKey(1))
    await keyCalls.removeKey(storage)
    expect(await storage.keysVersion()).toBe(2)
    const all = (await storage.changesAfter(0, 10)).changes
    const changes = all.filter(({ path }) => path !== 'hookline/audit')
    expect(changes.map(({ path, data }) => [path, data])).toEqual([
      ['hookline/keys', {}],
      ['hookline/keys', {}],
    ])
  },
}

export const removedKeys: Cases = {
  'a removed key is gone with all its versions, once': async (under) => {
    const storage = await begun(under)
    await put(storage, newKey(1))
    await put(storage, newKey(2, { graceMs: 60_000 }))
    expect(await keyCalls.removeKey(storage)).toBe(true)
    expect(await storage.keys()).toEqual([])
    expect(await keyCalls.removeKey(storage)).toBe(false)
    expect((await storage.auditEnds()).head.seq).toBe(3)
  },
}

export const usedKeys: Cases = {
  'a use is noted once per interval, with an entry': async (under) => {
    const storage = await begun(under)
    const use = { everyMs: 3_600_000, entry: { actor, action: 'key.use', subject: 'A' } } as const
    expect(await storage.useKey('A', 'test', use)).toBe(false)
    await put(storage, newKey(1))
    expect(await storage.useKey('A', 'test', use)).toBe(true)
    expect(await storage.useKey('A', 'test', use)).toBe(false)
    expect((await storage.keys())[0]?.lastUsedAt).not.toBeNull()
    const uses = await storage.auditEntries({ action: 'key.use' }, { limit: 10 })
    expect(uses).toHaveLength(1)
  },
}

export const rewrappedKeys: Cases = {
  'data keys are wrapped anew step by step, and the last step ends it': async (under) => {
    const storage = await begun(under)
    for (const name of ['A', 'B', 'C']) await put(storage, newKey(1, { name }))
    const next = { masterId: 'm2', fingerprintKey: Buffer.of(2) }
    expect(await storage.beginRewrap('m1', next)).toMatchObject({
      masterId: 'm2',
      previousId: 'm1',
    })
    const rewrap = () => Buffer.from('anew')
    expect(await storage.advanceRewrap(2, rewrap)).toEqual({ rewrapped: 2, isDone: false })
    const half = await storage.keys()
    expect(half.map(({ masterId }) => masterId).sort()).toEqual(['m1', 'm2', 'm2'])
    const again = await under.reopen()
    expect(await again.advanceRewrap(2, rewrap)).toEqual({ rewrapped: 1, isDone: true })
    const keys = await again.keys()
    expect(keys.every(({ masterId }) => masterId === 'm2')).toBe(true)
    expect(keys.map(({ dataKey }) => Buffer.from(dataKey).toString())).toEqual(
      Array(3).fill('anew'),
    )
    expect(await again.masterKeyState()).toMatchObject({ masterId: 'm2', previousId: null })
    expect(await again.advanceRewrap(2, rewrap)).toEqual({ rewrapped: 0, isDone: true })
  },

  'a step that can not wrap changes nothing': async (under) => {
    const storage = await begun(under)
    for (const name of ['A', 'B']) await put(storage, newKey(1, { name }))
    await storage.beginRewrap('m1', { masterId: 'm2', fingerprintKey: Buffer.of(2) })
    const failing = storage.advanceRewrap(5, ({ name }) => {
      if (name === 'B') throw new Error('can not be opened')
      return Buffer.of(1)
    })
    await expect(failing).rejects.toThrow('can not be opened')
    const keys = await storage.keys()
    expect(keys.map(({ masterId }) => masterId)).toEqual(['m1', 'm1'])
  },

  'a rotation from a master key that is not the newest, or while one runs, does nothing': async (
    under,
  ) => {
    const storage = await begun(under)
    await put(storage, newKey(1))
    const to = (masterId: string) => ({ masterId, fingerprintKey: Buffer.of(2) })
    expect(await storage.beginRewrap('m0', to('m2'))).toMatchObject({ masterId: 'm1' })
    await storage.beginRewrap('m1', to('m2'))
    expect(await storage.beginRewrap('m2', to('m3'))).toMatchObject({ masterId: 'm2' })
  },
}
