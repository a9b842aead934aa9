/** The audit log: a chain without a gap, whoever writes, that shows what was done to it. */
import { expect } from 'vitest'
import type { NewAuditEntry } from '../audit.ts'
import { verifyAudit } from '../audit-chain.ts'
import type { Storage } from '../storage.ts'
import type { Cases } from './under-test.ts'

function entry(subject: string, over: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return { actor: { kind: 'session', id: 'a1' }, action: 'token.issue', subject, ...over }
}

async function write(storage: Storage, count: number): Promise<void> {
  for (let i = 1; i <= count; i++) await storage.audit(entry(`s${i}`))
}

/** What each verb is called with where only its refusal matters. */
export const auditCalls = {
  audit: (s: Storage) => s.audit(entry('x')),
  auditEntries: (s: Storage) => s.auditEntries({}, { limit: 1 }),
  auditEnds: (s: Storage) => s.auditEnds(),
  auditAfter: (s: Storage) => s.auditAfter(0, 1),
  pruneAudit: (s: Storage) => s.pruneAudit(1, 1),
}

export const auditedActs: Cases = {
  'an entry says who did what to what, and when': async ({ storage, clock }) => {
    const details = { mode: 'live', count: 2, isForced: true }
    await storage.audit(entry('STRIPE', { action: 'key.set', details }))
    const [found] = await storage.auditEntries({}, { limit: 10 })
    expect(found).toMatchObject({
      seq: 1,
      actor: { kind: 'session', id: 'a1' },
      action: 'key.set',
      subject: 'STRIPE',
      details,
    })
    expect(Math.abs((found?.at ?? 0) - clock.timeMs)).toBeLessThan(1)
  },

  'entries of many writers at once form one chain without a gap': async ({
    storage,
    openAnother,
  }) => {
    const writers = [storage, storage, await openAnother(), await openAnother()]
    await Promise.all(Array.from({ length: 80 }, (_, i) => writers[i % 4]?.audit(entry(`s${i}`))))
    const seqs = (await storage.auditAfter(0, 200)).map(({ seq }) => seq)
    expect(seqs).toEqual(Array.from({ length: 80 }, (_, i) => i + 1))
    expect(await verifyAudit(storage)).toMatchObject({ isWhole: true, entries: 80 })
  },

  'text that no database keeps as it is does not break the chain': async ({ storage }) => {
    await storage.audit(entry('half \ud800 and \0 and é', { details: { x: '\0\ud800' } }))
    await storage.audit(entry('x'.repeat(5_000), { details: { long: 'y'.repeat(5_000) } }))
    expect(await verifyAudit(storage)).toMatchObject({ isWhole: true, entries: 2 })
    expect((await storage.auditEntries({}, { limit: 1 }))[0]?.subject).toHaveLength(500)
  },
}

export const listedAudit: Cases = {
  'the newest come first, in pages, by action and subject': async ({ storage }) => {
    await write(storage, 5)
    await storage.audit(entry('s1', { action: 'key.use' }))
    const seqs = async (...args: Parameters<Storage['auditEntries']>) =>
      (await storage.auditEntries(...args)).map(({ seq }) => seq)
    expect(await seqs({}, { limit: 2 })).toEqual([6, 5])
    expect(await seqs({}, { limit: 2, before: 5 })).toEqual([4, 3])
    expect(await seqs({ action: 'key.use' }, { limit: 9 })).toEqual([6])
    expect(await seqs({ subject: 's1' }, { limit: 9 })).toEqual([6, 1])
  },
}

export const chainedAudit: Cases = {
  'an untouched chain is whole, also the empty one': async ({ storage }) => {
    expect(await verifyAudit(storage)).toMatchObject({ isWhole: true, entries: 0 })
    await write(storage, 3)
    expect(await verifyAudit(storage)).toMatchObject({ isWhole: true, entries: 3 })
  },

  'a changed entry is named, and the rest is not believed': async ({ storage, sql }) => {
    await write(storage, 5)
    await sql(`update audit set subject = 'other' where seq = 3`)
    const broken = { isWhole: false, brokenAt: 3, fault: 'changed', entries: 2 }
    expect(await verifyAudit(storage)).toEqual(broken)
  },

  'each field of an entry is held by the chain': async ({ storage, sql }) => {
    await storage.audit(entry('a', { details: { n: 1 } }))
    const changes = [
      'at = at + 1',
      `actor_kind = 'cli'`,
      `actor_id = 'b'`,
      `action = 'x'`,
      `subject = 'b'`,
      `details = '{"n":2}'`,
      `hash = 'f' || substr(hash, 2)`,
    ]
    for (const change of changes) {
      const [before] = await sql('select * from audit')
      const hash = String(before?.hash)
      await sql(`update audit set ${change === changes.at(-1) ? flipped(hash) : change}`)
      expect(await verifyAudit(storage), change).toMatchObject({ isWhole: false, brokenAt: 1 })
      await sql(
        `update audit set at = ${before?.at}, actor_kind = 'session', actor_id = 'a1',
          action = 'token.issue', subject = 'a', details = '{"n":1}', hash = '${hash}'`,
      )
      expect(await verifyAudit(storage)).toMatchObject({ isWhole: true })
    }
  },

  'an entry taken out of the middle is missed': async ({ storage, sql }) => {
    await write(storage, 5)
    await sql('delete from audit where seq = 3')
    expect(await verifyAudit(storage)).toMatchObject({ brokenAt: 3, fault: 'missing' })
  },

  'an entry taken from the beginning is missed': async ({ storage, sql }) => {
    await write(storage, 3)
    await sql('delete from audit where seq = 1')
    expect(await verifyAudit(storage)).toMatchObject({ brokenAt: 1, fault: 'missing' })
  },

  'a chain cut off at its end is not whole': async ({ storage, sql }) => {
    await write(storage, 5)
    await sql('delete from audit where seq >= 4')
    expect(await verifyAudit(storage)).toMatchObject({ brokenAt: 4, fault: 'cut_off', entries: 3 })
    await sql('delete from audit')
    expect(await verifyAudit(storage)).toMatchObject({ brokenAt: 1, fault: 'cut_off' })
  },

  'an entry that was put behind the end is named': async ({ storage, sql }) => {
    await write(storage, 2)
    await sql(`update audit_ends set seq = 1 where name = 'head'`)
    expect(await verifyAudit(storage)).toMatchObject({ isWhole: false })
  },
}

function flipped(hash: string): string {
  return `hash = '${hash.startsWith('0') ? '1' : '0'}${hash.slice(1)}'`
}

export const prunedAudit: Cases = {
  'the oldest go, and what is left is a chain still': async ({ storage, clock }) => {
    await write(storage, 3)
    const [newest] = await storage.auditEntries({}, { limit: 1 })
    const after = (newest?.at ?? 0) + 1
    expect(await storage.pruneAudit(after - 100_000, 10)).toBe(0)
    clock.timeMs += 10
    expect(await storage.pruneAudit(after, 2)).toBe(2)
    expect(await verifyAudit(storage)).toMatchObject({ isWhole: true, entries: 1 })
    expect(await storage.pruneAudit(after, 2)).toBe(1)
    await write(storage, 1)
    const [entry] = await storage.auditEntries({}, { limit: 1 })
    expect(entry?.seq).toBe(4)
    expect(await verifyAudit(storage)).toMatchObject({ isWhole: true, entries: 1 })
  },
}
