import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStorage } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { lockedVault } from './locked-vault.ts'
import { openVault } from './open-vault.ts'
import { rotateMaster } from './rotate-master.ts'
import { aesGcm } from './seal.ts'

const actor = { kind: 'cli', id: 'test' } as const
const [first, second, third] = [1, 2, 3].map((n) => new Uint8Array(32).fill(n)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
]

let directory: string
let database: string
let storage: Storage
let nowMs = 1_800_000_000_000
const clock = { now: () => nowMs }

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hookline-vault-'))
  database = join(directory, 'hookline.db')
  storage = await openStorage({ database, clock })
})
afterEach(async () => {
  await storage.close()
  rmSync(directory, { recursive: true })
})

function open(newest: Uint8Array, previous?: Uint8Array) {
  return openVault({ storage, clock, masterKeys: { newest, previous }, recognise: () => [] })
}

/** Changes the file as somebody with access to it could. */
function edit(sql: string): void {
  const db = new DatabaseSync(database)
  db.exec(sql)
  db.close()
}

const key = (name: string, value = `value of ${name}`) => ({ name, mode: 'test', value }) as const

describe('a seal', () => {
  test('opens with its key, for what it was sealed for, and not otherwise', () => {
    const sealed = aesGcm.seal(first, Buffer.from('plain'), ['a', 1])
    expect(Buffer.from(aesGcm.open(first, sealed, ['a', 1]) ?? []).toString()).toBe('plain')
    expect(aesGcm.open(second, sealed, ['a', 1])).toBeUndefined()
    expect(aesGcm.open(first, sealed, ['a', 2])).toBeUndefined()
    expect(aesGcm.open(first, sealed, ['a,1'])).toBeUndefined()
    expect(aesGcm.open(first, new Uint8Array(3), ['a', 1])).toBeUndefined()
  })

  test('does not open with any of its bits turned or its end cut', () => {
    const sealed = aesGcm.seal(first, Buffer.from('plain'), [])
    for (let i = 0; i < sealed.byteLength; i++) {
      const turned = Uint8Array.from(sealed)
      turned[i] = (turned[i] ?? 0) ^ 1
      expect(aesGcm.open(first, turned, []), `byte ${i}`).toBeUndefined()
      expect(aesGcm.open(first, sealed.subarray(0, i), [])).toBeUndefined()
    }
  })

  test('of the same value is never the same', () => {
    const seals = Array.from({ length: 200 }, () => aesGcm.seal(first, Buffer.from('x'), []))
    const nonces = seals.map((sealed) => Buffer.from(sealed).subarray(0, 12).toString('hex'))
    expect(new Set(nonces).size).toBe(200)
  })
})

describe('the vault', () => {
  test('opens what was set, also after a restart', async () => {
    await (await open(first)).set(key('A', 'päss\u{1f511}'), actor)
    await storage.close()
    storage = await openStorage({ database, clock })
    expect(await (await open(first)).open('A', 'test')).toEqual([
      { value: 'päss\u{1f511}', goodUntil: null },
    ])
    expect(await (await open(first)).open('A', 'live')).toEqual([])
  })

  test('is refused to a wrong master key, which touches nothing', async () => {
    await (await open(first)).set(key('A'), actor)
    const before = await storage.keys()
    await expect(open(second)).rejects.toMatchObject({ code: 'master_key_wrong' })
    expect(await storage.keys()).toEqual(before)
    expect((await (await open(first)).open('A', 'test'))[0]?.value).toBe('value of A')
  })

  test('says of equal values that they are equal, and of no other', async () => {
    const vault = await open(first)
    const a = await vault.set(key('A', 'same value'), actor)
    const b = await vault.set(key('B', 'same value'), actor)
    const c = await vault.set(key('C', 'same valuf'), actor)
    expect(a.fingerprint).toBe(b.fingerprint)
    expect(a.fingerprint).not.toBe(c.fingerprint)
  })

  test.each([
    ['name', `update keys set name = 'C' where name = 'A'`, 'C'],
    ['mode', `update keys set mode = 'test' where name = 'L'`, 'L'],
    ['version', `update keys set version = 7 where name = 'A'`, 'A'],
    [
      'value of another key',
      `update keys set sealed = (select sealed from keys where name = 'B') where name = 'A'`,
      'A',
    ],
    [
      'data key of another key',
      `update keys set data_key = (select data_key from keys where name = 'B') where name = 'A'`,
      'A',
    ],
  ])('does not open a row with another %s', async (_, sql, name) => {
    const vault = await open(first)
    for (const each of ['A', 'B']) await vault.set(key(each), actor)
    await vault.set({ ...key('L'), mode: 'live' }, actor)
    edit(sql)
    await expect(vault.open(name, 'test')).rejects.toMatchObject({ code: 'key_damaged' })
  })

  test('writes nothing into its own file that is a value', async () => {
    const vault = await open(first)
    await vault.set(key('A', 'a-value-that-is-not-in-the-file'), actor)
    const rows = JSON.stringify(await storage.keys(), (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    )
    expect(rows).not.toContain('a-value-that')
  })

  test('of two that set one key at one moment keeps both versions in order', async () => {
    const vaults = [await open(first), await open(first)]
    await Promise.all(vaults.map((vault, i) => vault.set(key('A', `value ${i} of A`), actor)))
    const [record] = await (vaults[0] as (typeof vaults)[0]).list()
    expect(record?.version).toBe(2)
  })

  test('without a master key is empty, and refuses to write', async () => {
    expect(await lockedVault.open('A', 'test')).toEqual([])
    await expect(lockedVault.set(key('A'), actor)).rejects.toMatchObject({ code: 'vault_locked' })
  })
})

describe('another master key', () => {
  async function fill(count: number): Promise<void> {
    const vault = await open(first)
    for (let i = 0; i < count; i++) await vault.set(key(`K${i}`), actor)
  }

  test('opens all that was set under the one before, which opens nothing more', async () => {
    await fill(7)
    const fingerprints = (await storage.keys()).map(({ fingerprint }) => fingerprint)
    const rotation = { storage, from: first, to: second, actor, keysPerStep: 3 }
    expect(await rotateMaster(rotation)).toMatchObject({ rewrapped: 7, isResumed: false })
    const vault = await open(second)
    expect((await vault.open('K6', 'test'))[0]?.value).toBe('value of K6')
    const same = await vault.set(key('again', 'value of K0'), actor)
    expect(fingerprints).toContain(same.fingerprint)
    await expect(open(first)).rejects.toMatchObject({ code: 'master_key_wrong' })
    expect(await rotateMaster(rotation)).toMatchObject({ rewrapped: 0 })
  })

  test('leaves the values sealed as they are', async () => {
    await fill(3)
    const sealed = async () => (await storage.keys()).map((each) => Buffer.from(each.sealed))
    const before = await sealed()
    await rotateMaster({ storage, from: first, to: second, actor })
    expect(await sealed()).toEqual(before)
  })

  test('is served by a process that knows both, before, during and after', async () => {
    await fill(3)
    const vault = await open(second, first)
    await vault.set(key('before'), actor)
    await storage.beginRewrap(...(await half()))
    await vault.set(key('during'), actor)
    await rotateMaster({ storage, from: first, to: second, actor })
    await vault.set(key('after'), actor)
    for (const name of ['K0', 'before', 'during', 'after']) {
      expect((await vault.open(name, 'test'))[0]?.value).toBe(`value of ${name}`)
    }
    const alone = await open(second)
    expect((await alone.open('before', 'test'))[0]?.value).toBe('value of before')
  })

  async function half() {
    const { stateUnder, idOf, newRing, unlock } = await import('./master-keys.ts')
    const stored = await storage.masterKeyState()
    if (!stored) throw new Error('The vault has not begun.')
    const { fingerprintKey } = unlock(newRing({ newest: first }), stored)
    return [idOf(first), stateUnder(second, fingerprintKey)] as const
  }

  test('keeps a process that knows only the one before from writing under it', async () => {
    await fill(1)
    const stale = await open(first)
    await rotateMaster({ storage, from: first, to: second, actor })
    const refused = { code: 'vault_locked' }
    await expect(stale.set(key('late'), actor)).rejects.toMatchObject(refused)
    await expect(stale.open('K0', 'test')).rejects.toMatchObject(refused)
    expect((await storage.keys()).map(({ name }) => name)).toEqual(['K0'])
  })

  test('is refused where the vault is under neither of the two', async () => {
    await fill(1)
    const rotation = rotateMaster({ storage, from: second, to: third, actor })
    await expect(rotation).rejects.toMatchObject({ code: 'master_key_wrong' })
    const to = randomBytes(32)
    expect((await (await open(first)).open('K0', 'test'))[0]?.value).toBe('value of K0')
    await storage.beginRewrap(...(await half()))
    await expect(rotateMaster({ storage, from: first, to, actor })).rejects.toMatchObject({
      code: 'master_key_wrong',
    })
  })
})

describe('a use', () => {
  test('is noted once an hour', async () => {
    const vault = await open(first)
    await vault.set(key('A'), actor)
    await vault.noteUse('A', 'test', actor)
    nowMs += 3_599_999
    await vault.noteUse('A', 'test', actor)
    expect(await storage.auditEntries({ action: 'key.use' }, { limit: 9 })).toHaveLength(1)
    nowMs += 1
    await vault.noteUse('A', 'test', actor)
    expect(await storage.auditEntries({ action: 'key.use' }, { limit: 9 })).toHaveLength(2)
  })
})
