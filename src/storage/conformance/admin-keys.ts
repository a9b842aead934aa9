/** Admin keys and sessions: what ends each of them, and that nothing else does. */
import { expect } from 'vitest'
import {
  type AdminKey,
  adminKeysMax,
  adminSessionsMax,
  type NewAdminKey,
  type NewAdminSession,
} from '../admin-keys.ts'
import type { Storage } from '../storage.ts'
import type { Cases } from './under-test.ts'

const actor = { kind: 'cli', id: 'test' } as const
const idleMs = 3_600_000
const use = { epochs: { key: 'e1', link: 'e1', password: 'e2' }, idleMs }

function create(storage: Storage, key: Partial<NewAdminKey> = {}): Promise<AdminKey | undefined> {
  const { id = 'adm_1' } = key
  const whole = { id, name: 'CI', scope: 'read', hash: `hash of ${id}`, expiresAt: null } as const
  return storage.createAdminKey(
    { ...whole, ...key },
    { actor, action: 'admin-key.create', subject: id },
  )
}

function revoke(storage: Storage, id: string): Promise<boolean> {
  return storage.revokeAdminKey(id, { actor, action: 'admin-key.revoke', subject: id })
}

function start(storage: Storage, session: Partial<NewAdminSession> = {}): Promise<void> {
  const whole = { hash: 's1', way: 'key', scope: 'admin', epoch: 'e1', adminKeyId: null } as const
  return storage.startSession({ ...whole, lastsMs: 12 * idleMs, ...session })
}

const keyCases: Cases = {
  'a key is known by its hash, with its name and scope': async ({ storage }) => {
    const made = await create(storage, { scope: 'operate' })
    expect(made).toMatchObject({ id: 'adm_1', name: 'CI', scope: 'operate', lastUsedAt: null })
    const used = await storage.admitAdminKey('hash of adm_1')
    expect(used).toMatchObject({ id: 'adm_1', scope: 'operate' })
    expect(used?.lastUsedAt).not.toBeNull()
    expect(await storage.admitAdminKey('adm_1')).toBeUndefined()
    expect((await storage.adminKeys())[0]?.lastUsedAt).toBe(used?.lastUsedAt)
    expect(JSON.stringify(await storage.adminKeys())).not.toContain('hash of')
  },

  'a key that was revoked or has expired is no good, and is still listed': async ({
    storage,
    clock,
  }) => {
    const [first] = await Promise.all([create(storage), create(storage, { id: 'adm_2' })])
    const nowMs = first?.createdAt ?? 0
    await create(storage, { id: 'adm_3', expiresAt: nowMs + 60_000 })
    await create(storage, { id: 'adm_4', expiresAt: nowMs - 1 })
    expect(await storage.admitAdminKey('hash of adm_3')).toBeDefined()
    expect(await storage.admitAdminKey('hash of adm_4')).toBeUndefined()
    expect(await revoke(storage, 'adm_1')).toBe(true)
    expect(await revoke(storage, 'adm_1')).toBe(false)
    expect(await revoke(storage, 'adm_4')).toBe(false)
    expect(await storage.admitAdminKey('hash of adm_1')).toBeUndefined()
    expect(await storage.admitAdminKey('hash of adm_2')).toBeDefined()
    expect(await storage.adminKeys()).toHaveLength(4)
    if (storage.engine === 'sqlite') {
      clock.timeMs += 60_000
      expect(await storage.admitAdminKey('hash of adm_3')).toBeUndefined()
    }
  },

  'each making and each revoking has its entry in the audit log': async ({ storage }) => {
    await create(storage)
    await revoke(storage, 'adm_1')
    await revoke(storage, 'adm_9')
    const entries = await storage.auditEntries({}, { limit: 10 })
    const actions = entries.map(({ action, subject }) => `${action} ${subject}`)
    expect(actions.sort()).toEqual(['admin-key.create adm_1', 'admin-key.revoke adm_1'])
  },

  'there is room for so many keys, and those that are no good make room': async ({ storage }) => {
    const ids = Array.from({ length: adminKeysMax }, (_, i) => `adm_${i}`)
    await Promise.all(ids.map((id) => create(storage, { id })))
    expect(await create(storage, { id: 'adm_more' })).toBeUndefined()
    await revoke(storage, 'adm_0')
    expect(await create(storage, { id: 'adm_more' })).toBeDefined()
    expect((await storage.adminKeys()).length).toBeLessThanOrEqual(adminKeysMax)
  },
}

const sessionCases: Cases = {
  'a session is known by its hash until it is ended, once': async ({ storage }) => {
    await start(storage, { way: 'link', scope: 'operate' })
    await start(storage, { hash: 's2' })
    expect(await storage.admitSession('s1', use)).toMatchObject({ way: 'link', scope: 'operate' })
    expect(await storage.admitSession('s3', use)).toBeUndefined()
    expect(await storage.endSession('s1')).toBe(true)
    expect(await storage.endSession('s1')).toBe(false)
    expect(await storage.admitSession('s1', use)).toBeUndefined()
    expect(await storage.admitSession('s2', use)).toBeDefined()
  },

  'a session is over after its time, and after not being used': async ({ storage, clock }) => {
    await start(storage, { hash: 'over', lastsMs: 0 })
    expect(await storage.admitSession('over', use)).toBeUndefined()
    await start(storage)
    expect(await storage.admitSession('s1', { ...use, idleMs: 0 })).toBeUndefined()
    expect(await storage.admitSession('s1', use)).toBeDefined()
    if (storage.engine !== 'sqlite') return // There the clock is the server's.
    clock.timeMs += idleMs - 1
    expect(await storage.admitSession('s1', use)).toBeDefined()
    clock.timeMs += idleMs - 1
    expect(await storage.admitSession('s1', use), 'used in between').toBeDefined()
    clock.timeMs += idleMs
    expect(await storage.admitSession('s1', use)).toBeUndefined()
  },

  'a session is over when the credentials that it began under change': async ({ storage }) => {
    await start(storage)
    await start(storage, { hash: 's2', way: 'password', epoch: 'e2' })
    const changed = { ...use, epochs: { ...use.epochs, password: 'e3' } }
    expect(await storage.admitSession('s1', changed)).toBeDefined()
    expect(await storage.admitSession('s2', changed)).toBeUndefined()
  },

  'a session that began with a key of the database ends with the key': async ({ storage }) => {
    const made = await create(storage)
    await create(storage, { id: 'adm_2', expiresAt: (made?.createdAt ?? 0) - 1 })
    await start(storage, { adminKeyId: 'adm_1' })
    await start(storage, { hash: 's2', adminKeyId: 'adm_2' })
    await start(storage, { hash: 's3' })
    expect(await storage.admitSession('s1', use)).toBeDefined()
    expect(await storage.admitSession('s2', use)).toBeUndefined()
    await revoke(storage, 'adm_1')
    expect(await storage.admitSession('s1', use)).toBeUndefined()
    expect(await storage.endSession('s1'), 'nothing of it is kept').toBe(false)
    expect(await storage.admitSession('s3', use)).toBeDefined()
  },

  'there is room for so many sessions, and the newest gets in': async ({ storage }) => {
    const hashes = Array.from({ length: adminSessionsMax }, (_, i) => `s${i}`)
    await Promise.all(hashes.map((hash) => start(storage, { hash })))
    await start(storage, { hash: 'newest' })
    expect(await storage.admitSession('newest', use)).toBeDefined()
    const left = await Promise.all(hashes.map((hash) => storage.admitSession(hash, use)))
    expect(left.filter((session) => session !== undefined)).toHaveLength(adminSessionsMax - 1)
  },
}

export const adminCases = {
  createAdminKey: [keyCases],
  adminKeys: [keyCases],
  admitAdminKey: [keyCases],
  revokeAdminKey: [keyCases],
  startSession: [sessionCases],
  admitSession: [sessionCases],
  endSession: [sessionCases],
} as const

/** What each verb is called with where only its refusal matters. */
export const adminCalls = {
  createAdminKey: (s: Storage) => create(s),
  adminKeys: (s: Storage) => s.adminKeys(),
  admitAdminKey: (s: Storage) => s.admitAdminKey('a'),
  revokeAdminKey: (s: Storage) => revoke(s, 'a'),
  startSession: (s: Storage) => start(s),
  admitSession: (s: Storage) => s.admitSession('a', use),
  endSession: (s: Storage) => s.endSession('a'),
}
