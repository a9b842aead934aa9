/** What a handler asked for is committed with the state of its delivery, or not at all. */
import { expect } from 'vitest'
import type { Effect, Settlement } from '../storage.ts'
import {
  accept,
  acceptMany,
  changesOf,
  claim,
  claimOne,
  done,
  fail,
  present,
  stateOf,
} from './sample.ts'
import type { Cases, UnderTest } from './under-test.ts'

const createLedger = 'create table ledger (entry text primary key, amount bigint)'

function entry(name: string, amount: number): Effect {
  return { kind: 'sql', text: 'insert into ledger values ($1, $2)', values: [name, amount] }
}

async function entries({ sql }: UnderTest): Promise<string[]> {
  const found = await sql('select entry, amount from ledger order by entry')
  return found.map((row) => `${row.entry} ${row.amount}`)
}

function doneAfterReading(path: string, version: number): Settlement {
  const effects: Effect[] = [{ kind: 'set', path: 'users/u_9', data: { seen: true } }]
  return { outcome: 'done', effects, reads: [{ path, version }] }
}

export const effects: Cases = {
  'documents and SQL are committed together with the state': async (under) => {
    const { storage, sql } = under
    await sql(createLedger)
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    const settled = await done(storage, lease, [
      { kind: 'set', path: 'users/u_1', data: { paid: true } },
      entry('credit', 500),
    ])
    expect(settled).toEqual({ result: 'settled' })
    expect((await storage.document('users/u_1'))?.data).toEqual({ paid: true })
    expect(await entries(under)).toEqual(['credit 500'])
    expect(await stateOf(storage, lease.id)).toBe('done')
    const changes = await changesOf(storage, 'users/')
    expect(changes.map(({ path, data }) => [path, data])).toEqual([['users/u_1', { paid: true }]])
  },

  'effects are applied in the order asked for': async ({ storage }) => {
    await accept(storage, 'k1')
    await done(storage, await claimOne(storage), [
      { kind: 'set', path: 'users/u_1', data: { a: 1 } },
      { kind: 'update', path: 'users/u_1', patch: { b: 2 } },
      { kind: 'set', path: 'users/u_2', data: {} },
      { kind: 'delete', path: 'users/u_2' },
      { kind: 'update', path: 'users/u_1', patch: { a: 3 } },
    ])
    expect(await storage.document('users/u_1')).toMatchObject({ data: { a: 3, b: 2 }, version: 3 })
    expect(await storage.document('users/u_2')).toBeUndefined()
  },

  'SQL that the database refuses leaves nothing of the attempt, and the lease holds': async (
    under,
  ) => {
    const { storage, sql } = under
    await sql(createLedger)
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    const settled = await done(storage, lease, [
      { kind: 'set', path: 'users/u_1', data: {} },
      entry('once', 1),
      entry('once', 2),
      { kind: 'set', path: 'users/u_2', data: {} },
    ])
    expect(settled).toEqual({ result: 'refused', error: expect.stringMatching(/unique/i) })
    expect((await storage.documents('users/', { limit: 10 })).data).toEqual([])
    expect(await changesOf(storage, 'users/')).toEqual([])
    expect(await entries(under)).toEqual([])
    expect(await stateOf(storage, lease.id)).toBe('running')
    expect(await fail(storage, lease)).toEqual({ result: 'settled' })
  },

  'SQL that is none is refused, and so is a table that is not there': async ({ storage }) => {
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    for (const text of ['this is not sql', 'insert into nowhere values (1)', '']) {
      expect(await done(storage, lease, [{ kind: 'sql', text, values: [] }])).toMatchObject({
        result: 'refused',
      })
    }
    expect(await done(storage, lease)).toEqual({ result: 'settled' })
  },

  'a refused settlement does not hurt those that commit with it': async (under) => {
    const { storage, sql } = under
    await sql(createLedger)
    await acceptMany(storage, 3)
    const leases = await claim(storage)
    const answers = await Promise.all([
      done(storage, present(leases[0]), [entry('first', 1)]),
      done(storage, present(leases[1]), [entry('second', 2), entry('second', 2)]),
      done(storage, present(leases[2]), [entry('third', 3)]),
    ])
    expect(answers.map(({ result }) => result)).toEqual(['settled', 'refused', 'settled'])
    expect(await entries(under)).toEqual(['first 1', 'third 3'])
    expect(await stateOf(storage, present(leases[1]).id)).toBe('running')
  },

  'SQL may read what it writes, and its rows are let go': async (under) => {
    const { storage, sql } = under
    await sql(createLedger)
    await accept(storage, 'k1')
    const settled = await done(storage, await claimOne(storage), [
      entry('a', 1),
      { kind: 'sql', text: 'select * from ledger where amount > $1', values: [0] },
      { kind: 'sql', text: 'update ledger set amount = $2 where entry = $1', values: ['a', 7] },
    ])
    expect(settled).toEqual({ result: 'settled' })
    expect(await entries(under)).toEqual(['a 7'])
  },

  'an integer stays an integer in a column of text as well': async ({ storage, sql }) => {
    await sql('create table notes (amount text, fraction text)')
    await accept(storage, 'k1')
    const text = 'insert into notes values ($1, $2)'
    await done(storage, await claimOne(storage), [{ kind: 'sql', text, values: [500, 0.5] }])
    expect(await sql('select * from notes')).toMatchObject([{ amount: '500', fraction: '0.5' }])
  },

  'two statements in one text are refused, and neither is run': async (under) => {
    const { storage, sql } = under
    await sql(createLedger)
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    const first = "insert into ledger values ('a', 1)"
    for (const rest of ["; insert into ledger values ('b', 2)", '; commit', '; -- x\n select 1']) {
      const effect: Effect = { kind: 'sql', text: `${first}${rest}`, values: [] }
      expect(await done(storage, lease, [effect])).toMatchObject({ result: 'refused' })
    }
    expect(await entries(under)).toEqual([])
    const ended: Effect = { kind: 'sql', text: `${first}; -- the end\n /* ; */ `, values: [] }
    expect(await done(storage, lease, [ended])).toEqual({ result: 'settled' })
  },

  'what looks like a placeholder in text, in a name or in a comment is none': async (under) => {
    const { storage, sql } = under
    await sql(createLedger)
    await accept(storage, 'k1')
    const text = `insert into ledger -- it's $1 here
      /* isn't $2 */ values ('it''s $1', $1) on conflict (entry) do nothing`
    await done(storage, await claimOne(storage), [{ kind: 'sql', text, values: [7] }])
    expect(await entries(under)).toEqual(["it's $1 7"])
  },

  'the same placeholder twice, and placeholders out of order, get their values': async (under) => {
    const { storage, sql } = under
    await sql(createLedger)
    await accept(storage, 'k1')
    const text = 'insert into ledger values ($2, $1), ($2 || $3, $1)'
    await done(storage, await claimOne(storage), [{ kind: 'sql', text, values: [4, 'a', 'b'] }])
    expect(await entries(under)).toEqual(['a 4', 'ab 4'])
  },
}

export const conflicts: Cases = {
  'a document read that has changed since is a conflict: nothing is applied': async ({
    storage,
  }) => {
    await storage.writeDocument({ kind: 'set', path: 'users/u_1', data: { n: 1 } })
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    await storage.writeDocument({ kind: 'set', path: 'users/u_1', data: { n: 2 } })
    const stale = await storage.settleDelivery(lease, doneAfterReading('users/u_1', 1))
    expect(stale).toEqual({ result: 'conflict' })
    expect(await storage.document('users/u_9')).toBeUndefined()
    expect(await stateOf(storage, lease.id)).toBe('running')
    const again = await storage.settleDelivery(lease, doneAfterReading('users/u_1', 2))
    expect(again).toEqual({ result: 'settled' })
  },

  'a document that was read as absent and is there by now is a conflict': async ({ storage }) => {
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    await storage.writeDocument({ kind: 'set', path: 'users/u_1', data: {} })
    expect(await storage.settleDelivery(lease, doneAfterReading('users/u_1', 0))).toEqual({
      result: 'conflict',
    })
  },

  'a document that was deleted since is a conflict, and then reads as absent': async ({
    storage,
  }) => {
    await storage.writeDocument({ kind: 'set', path: 'users/u_1', data: {} })
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    await storage.writeDocument({ kind: 'delete', path: 'users/u_1' })
    expect(await storage.settleDelivery(lease, doneAfterReading('users/u_1', 1))).toEqual({
      result: 'conflict',
    })
    expect(await storage.settleDelivery(lease, doneAfterReading('users/u_1', 0))).toEqual({
      result: 'settled',
    })
  },

  'of two that read one version and settle together, one gets a conflict': async ({ storage }) => {
    await storage.writeDocument({ kind: 'set', path: 'users/u_1', data: { n: 0 } })
    await acceptMany(storage, 2)
    const leases = await claim(storage)
    const answers = await Promise.all(
      leases.map((lease) =>
        storage.settleDelivery(lease, {
          outcome: 'done',
          effects: [{ kind: 'update', path: 'users/u_1', patch: { n: 1 } }],
          reads: [{ path: 'users/u_1', version: 1 }],
        }),
      ),
    )
    expect(answers.map(({ result }) => result).sort()).toEqual(['conflict', 'settled'])
    expect((await storage.document('users/u_1'))?.version).toBe(2)
  },

  'documents that were only written are never a conflict': async ({ storage }) => {
    await accept(storage, 'k1')
    const lease = await claimOne(storage)
    await storage.writeDocument({ kind: 'set', path: 'users/u_9', data: { old: true } })
    expect(await storage.settleDelivery(lease, doneAfterReading('users/u_1', 0))).toEqual({
      result: 'settled',
    })
    expect((await storage.document('users/u_9'))?.data).toEqual({ seen: true })
  },
}
