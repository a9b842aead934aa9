import { expect, test } from 'vitest'
import type { ClaimedDelivery, Document, EngineName } from '../storage/storage.ts'
import type { EventRecord } from './handler.ts'
import { effectsMax, newCollected, newTransaction } from './transaction.ts'

const event = { id: 'evt_1' } as EventRecord // only passed through
const delivery = { id: 'dlv_1', attempt: 2 } as ClaimedDelivery // only these two are read

function begin(stored?: Pick<Document, 'data' | 'version'>, engine: EngineName = 'sqlite') {
  const collected = newCollected()
  const storage = {
    engine,
    document: async (path: string) => stored && { path, updatedAt: 0, ...stored },
  }
  const { signal } = new AbortController()
  const given = { delivery, event, signal: () => signal }
  return { collected, tx: newTransaction(storage, collected, given) }
}

test('a handler reads its own writes before they are stored', async () => {
  const { tx } = begin({ data: { a: 1, b: 1 }, version: 4 })
  tx.doc('users/u_1').update({ b: 2 })
  expect(await tx.doc('users/u_1').get()).toEqual({ a: 1, b: 2 })
  tx.doc('users/u_1').delete()
  expect(await tx.doc('users/u_1').get()).toBeUndefined()
})

test('the version of the first look at a document is what the settlement checks', async () => {
  const { tx, collected } = begin({ data: {}, version: 4 })
  await tx.doc('users/u_1').get()
  expect([...collected.reads.values()]).toEqual([{ path: 'users/u_1', version: 4 }])
})

test('what is collected is a copy: later changes to the object do not count', () => {
  const { tx, collected } = begin()
  const data = { list: [1] }
  tx.doc('a/b').set(data)
  data.list.push(2)
  expect(collected.effects).toEqual([{ kind: 'set', path: 'a/b', data: { list: [1] } }])
})

test('values of a statement never become part of its text', () => {
  const { tx, collected } = begin()
  tx.sql`update orders set note = ${"'; drop table orders; --"}, paid = ${true} where id = ${7}`
  expect(collected.effects).toEqual([
    {
      kind: 'sql',
      text: 'update orders set note = $1, paid = $2 where id = $3',
      values: ["'; drop table orders; --", 1, 7],
    },
  ])
})

test.each(['commit', ' ROLLBACK', 'begin', 'pragma synchronous = off', 'attach x', 'drop table t'])(
  'the statement %j is refused, because it is not about rows',
  (text) => {
    const { tx } = begin()
    expect(() => tx.sql([text] as never as TemplateStringsArray)).toThrow(/template tag/)
    const strings = Object.assign([text], { raw: [text] })
    expect(() => tx.sql(strings)).toThrow(/takes insert, update/)
  },
)

test.each([
  ['', 'document_path_invalid'],
  ['users/', 'document_path_invalid'],
  ['../users', 'document_path_invalid'],
  ['users/a b', 'document_path_invalid'],
  ['users/*', 'document_path_invalid'],
  [`users/${'x'.repeat(600)}`, 'document_path_invalid'],
  ['hookline/events/evt_1', 'document_path_reserved'],
])('the path %j is refused with %s', (path, code) => {
  const { tx } = begin()
  expect(() => tx.doc(path)).toThrow(expect.objectContaining({ code }))
})

test('what is not a JSON object, or too large, is refused before it is stored', () => {
  const { tx } = begin()
  expect(() => tx.doc('a/b').set([1])).toThrow(/would not be an object/)
  expect(() => tx.doc('a/b').set((() => {}) as object)).toThrow(/would not be an object/)
  expect(() => tx.doc('a/b').set({ text: 'x'.repeat(300_000) })).toThrow(
    expect.objectContaining({ code: 'document_too_large' }),
  )
})

test('a callback is collected on PostgreSQL, and refused on SQLite with the way out', () => {
  const run = () => {}
  const { tx, collected } = begin(undefined, 'postgres')
  tx.transaction(run)
  expect(collected.effects).toEqual([{ kind: 'transaction', run }])
  expect(() => tx.transaction('update x' as never)).toThrow(/was given no function/)
  expect(() => begin().tx.transaction(run)).toThrow(/needs PostgreSQL.*HOOKLINE_DATABASE=postgres/)
})

test('the number of writes has a limit', () => {
  const { tx } = begin()
  for (let i = 0; i < effectsMax; i++) tx.doc(`a/${i}`).delete()
  expect(() => tx.doc('a/last').delete()).toThrow(/more than 1000 writes/)
})

test('the idempotency key is the same in every attempt and differs by step', () => {
  const { tx } = begin()
  expect(tx.idempotencyKey('charge')).toBe('dlv_1_charge')
  expect(tx.idempotencyKey('mail')).not.toBe(tx.idempotencyKey('charge'))
})
