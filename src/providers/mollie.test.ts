import { describe, expect, test } from 'vitest'
import { mollie } from './mollie.ts'
import type { ProviderSettings, Verified } from './provider.ts'

const now = 1_700_000_000
const secret = 'a secret of some length'

describe('a classic webhook', () => {
  const verify = (body: string, at = now, settings: ProviderSettings = { scheme: 'classic' }) =>
    mollie.verify(
      { method: 'POST', url: '/', headers: [], body: Buffer.from(body) },
      { secrets: [], now: at, settings },
    ) as Verified

  test('is taken without a secret, and said to prove nothing about its body', () => {
    expect(verify('id=tr_7UhSN1zuXS')).toMatchObject({
      ok: true,
      secretIndex: 0,
      bodyAuthenticated: false,
      type: 'payment',
    })
  })

  test('of the same object is another event a second later, as each may tell of a change', () => {
    const [first, same, later] = [now, now, now + 1].map((at) => verify('id=tr_1', at).dedupeKey)
    expect(same).toBe(first)
    expect(later).not.toBe(first)
    expect(verify('id=tr_2').dedupeKey).not.toBe(first)
  })

  test.each([
    ['id=ord_pbjz8x', 'order'],
    ['id=ord_1.8wmqcHMN4U', 'order'],
    ['id=pl_4Y0eZitmBnQ6IDoMqZQKh', 'payment-link'],
    ['id=re_4qqhO89gsT', 'refund'],
    ['id=new_1', undefined],
  ])('%s has the resource as its type', (body, type) => {
    const outcome = verify(body)
    expect(outcome).toMatchObject({ ok: true })
    expect(outcome.type).toBe(type)
  })

  test.each([
    '',
    'id=',
    'id',
    'tr_1',
    'id=tr_1&id=tr_2',
    'id=tr_1&amount=10.00',
    'ID=tr_1',
    'payment=tr_1',
    'id=tr_',
    'id=_1',
    'id=1',
    'id=tr_1%2F..%2F..%2Fcustomers',
    'id=tr_..',
    'id=tr_1?include=all',
    'id=tr_1\n',
    'id=tr_1%0A',
    `id=tr_${'1'.repeat(65)}`,
    '{"id":"tr_1"}',
    '{"resource":"event","id":"event_1","type":"payment-link.paid"}',
  ])('is refused where it is not an id alone: %s', (body) => {
    expect(verify(body)).toEqual({ ok: false, reason: 'body_malformed' })
  })

  test('is refused by a source that is not set to it', () => {
    expect(verify('id=tr_1', now, { scheme: 'next-gen' })).toMatchObject({ ok: false })
    expect(verify('id=tr_1', now, {})).toMatchObject({ ok: false })
  })

  test('gives its handler what there is to fetch', () => {
    expect(mollie.parse(Buffer.from('id=tr_1'))).toEqual({ id: 'tr_1', resource: 'payment' })
    expect(mollie.parse(Buffer.from('id=constructor_1'))).toEqual({ id: 'constructor_1' })
    expect(mollie.parse(Buffer.from([0xff]))).toBeUndefined()
    const body = Buffer.from('id=tr_1')
    const settings = { scheme: 'classic' }
    expect(mollie.sign(body, { secret: '', now, settings })).toEqual([])
    expect(() => mollie.sign(Buffer.from('{}'), { secret: '', now, settings })).toThrow('id=')
  })
})

describe('a signed event', () => {
  const body = Buffer.from('{"id":"event_1","type":"payment-link.paid"}')
  const [[name = '', good = ''] = []] = mollie.sign(body, { secret, now })
  const old = `sha256=${'0'.repeat(64)}`
  const verify = (values: readonly string[]) =>
    mollie.verify(
      { method: 'POST', url: '/', headers: values.map((value) => [name, value]), body },
      { secrets: [secret], now },
    )

  test('may come with two signatures while a secret is changed, in two headers or in one', () => {
    for (const values of [[good], [old, good], [good, old], [`${old}, ${good}`]]) {
      expect(verify(values)).toMatchObject({ ok: true, dedupeKey: 'event_1' })
    }
  })

  test('is refused where neither matches, or the digest is not named', () => {
    for (const values of [[old], [old, old], [`${old}, ${old}`], [good.slice('sha256='.length)]]) {
      expect(verify(values)).toMatchObject({ ok: false })
    }
  })
})
