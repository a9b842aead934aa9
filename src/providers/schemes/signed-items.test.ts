import { hmacValidator as HmacValidator } from '@adyen/api-library'
import { describe, expect, test } from 'vitest'
import { adyen } from '../adyen.ts'
import type { WebhookRequest } from '../request.ts'

const now = 1_700_000_000
// The vector of Adyen's own libraries.
const secret = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056'
const published = {
  additionalData: { hmacSignature: 'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=' },
  amount: { value: 1130, currency: 'EUR' },
  pspReference: '7914073381342284',
  eventCode: 'AUTHORISATION',
  eventDate: '2019-05-06T17:15:34.121+02:00',
  merchantAccountCode: 'TestMerchant',
  operations: ['CANCEL', 'CAPTURE', 'REFUND'],
  merchantReference: 'TestPayment-1407325143704',
  paymentMethod: 'visa',
  success: 'true',
}
type Item = Record<string, unknown>

function sent(...items: Item[]): WebhookRequest {
  const notificationItems = items.map((item) => ({ NotificationRequestItem: item }))
  const body = Buffer.from(JSON.stringify({ live: 'false', notificationItems }))
  return { method: 'POST', url: '/', headers: [], body }
}

const verify = (request: WebhookRequest, secrets = [secret]) =>
  adyen.verify(request, { secrets, now })

const validator = new HmacValidator()
/** Of items that are malformed too, which its types would not allow. */
const official = (item: Item) => validator.validateHMAC(item as never, secret)
const codeOf = (item: Item) => validator.calculateHmac(item as never, secret)

/** The item with other fields, signed by the official package. */
function signed(changes: Item = {}): Item {
  const item = { ...published, ...changes }
  return { ...item, additionalData: { hmacSignature: codeOf(item) } }
}

describe('judged by @adyen/api-library', () => {
  test('the published item is accepted by both', async () => {
    expect(official(published)).toBe(true)
    expect(await verify(sent(published))).toMatchObject({
      ok: true,
      secretIndex: 0,
      bodyAuthenticated: false,
    })
  })

  test.each<[string, Item]>([
    ['an earlier reference', { originalReference: '8313547924770610' }],
    ['no success', { success: 'false', eventCode: 'REFUND' }],
    ['no amount of money', { amount: { value: 0, currency: 'USD' } }],
    ['a negative amount', { amount: { value: -1130, currency: 'EUR' } }],
    ['an empty reference', { merchantReference: '' }],
    ['a colon in the reference', { merchantReference: 'shop:order:1' }],
    ['text beyond ASCII', { merchantReference: 'Bestellung Nr. 7 für Zoë' }],
  ])('what it signs with %s is accepted', async (_title, changes) => {
    expect(await verify(sent(signed(changes)))).toMatchObject({ ok: true })
  })

  test.each(['payment', 'header'])('what is signed here is accepted by it: %s', (scheme) => {
    const settings = { scheme }
    const request = adyen.request(sent(published).body, { secret, now, settings })
    const text = Buffer.from(request.body).toString()
    if (scheme === 'payment') {
      expect(official(JSON.parse(text).notificationItems[0].NotificationRequestItem)).toBe(true)
    } else {
      const code = request.headers.find(([name]) => name === 'HmacSignature')?.[1] ?? ''
      expect(validator.validateHMACSignature(secret, code, text)).toBe(true)
    }
  })

  test.each<[string, Item]>([
    ['another amount', { amount: { value: 1131, currency: 'EUR' } }],
    ['another currency', { amount: { value: 1130, currency: 'USD' } }],
    ['another success', { success: 'false' }],
    ['another event', { eventCode: 'CAPTURE' }],
    ['another account', { merchantAccountCode: 'Other' }],
    ['another code', { additionalData: { hmacSignature: codeOf({ ...published, success: 'x' }) } }],
  ])('%s is refused by both', async (_title, changes) => {
    const item = { ...published, ...changes }
    expect(official(item)).toBe(false)
    expect(await verify(sent(item))).toEqual({ ok: false, reason: 'signature_mismatch' })
  })

  test('text that moved to another field is accepted by it, and refused here', async () => {
    const item = signed({ merchantReference: 'shop:order-1' })
    const moved = [
      { ...item, merchantAccountCode: 'TestMerchant:shop', merchantReference: 'order-1' },
      {
        ...item,
        originalReference: ':TestMerchant',
        merchantAccountCode: 'shop',
        merchantReference: 'order-1',
      },
      {
        ...item,
        pspReference: '7914073381342284:',
        originalReference: 'TestMerchant',
        merchantAccountCode: 'shop',
        merchantReference: 'order-1',
      },
    ]
    expect(await verify(sent(item))).toMatchObject({ ok: true })
    expect(official(moved[0] ?? {})).toBe(true)
    for (const one of moved) expect(await verify(sent(one))).toMatchObject({ ok: false })
  })

  test('a value of another kind that reads alike is accepted by it, and refused here', async () => {
    const alike = [
      { success: true },
      { success: ['true'] },
      { amount: { value: '1130', currency: 'EUR' } },
      { amount: { value: 1130, currency: ['EUR'] } },
      { pspReference: 7914073381342284 },
    ]
    for (const changes of alike) {
      const item = { ...published, ...changes }
      expect(official(item)).toBe(true)
      expect(await verify(sent(item))).toEqual({ ok: false, reason: 'body_malformed' })
    }
  })
})

describe('a request of several items', () => {
  const second = signed({ pspReference: '2', eventCode: 'CAPTURE' })

  test('is one event for each, with its own bytes', async () => {
    const outcome = await verify(sent(published, second))
    if (!outcome.ok) throw new Error('It verifies.')
    expect(outcome.events?.map(({ type, dedupeKey }) => [type, dedupeKey])).toEqual([
      ['AUTHORISATION', '7914073381342284.AUTHORISATION.true'],
      ['CAPTURE', '2.CAPTURE.true'],
    ])
    const [first] = outcome.events ?? []
    expect(JSON.parse(String(first?.body)).NotificationRequestItem).toEqual(published)
    expect(first?.occurredAt).toBe(Date.parse('2019-05-06T17:15:34.121+02:00'))
  })

  test('is refused whole where one of them is not signed', async () => {
    const forged = { ...second, amount: { value: 1, currency: 'EUR' } }
    expect(await verify(sent(published, forged))).toMatchObject({ ok: false })
    expect(await verify(sent(forged, published))).toMatchObject({ ok: false })
    const { additionalData: _, ...unsigned } = second
    expect(await verify(sent(published, unsigned))).toEqual({
      ok: false,
      reason: 'signature_missing',
    })
  })

  test('of which there are none is refused', async () => {
    for (const text of ['{"notificationItems":[]}', '{}', '[]', '', '{"notificationItems":{}}']) {
      const outcome = await verify({ ...sent(), body: Buffer.from(text) })
      expect(outcome).toEqual({ ok: false, reason: 'body_malformed' })
    }
    const strange = Buffer.from('{"notificationItems":[null,1,{"NotificationRequestItem":[]}]}')
    expect(await verify({ ...sent(), body: strange })).toMatchObject({ ok: false })
  })

  test('named twice has the items that count for JSON', async () => {
    const both = (first: Item, last: Item) => {
      const list = (item: Item) => JSON.stringify([{ NotificationRequestItem: item }])
      const text = `{"notificationItems":${list(first)},"notificationItems":${list(last)}}`
      return verify({ ...sent(), body: Buffer.from(text) })
    }
    const forged = { ...published, success: 'false' }
    expect(await both(published, forged)).toMatchObject({ ok: false })
    const outcome = await both(forged, published)
    expect(outcome.ok && outcome.events?.[0]?.dedupeKey).toBe('7914073381342284.AUTHORISATION.true')
  })
})

describe('the key', () => {
  test('is hexadecimal, in any case, and any of several may match', async () => {
    const other = 'ab'.repeat(32)
    expect(await verify(sent(published), [secret.toLowerCase()])).toMatchObject({ ok: true })
    expect(await verify(sent(published), ['', other, secret])).toMatchObject({ secretIndex: 2 })
    for (const wrong of [other, '', ' ', 'not hexadecimal', secret.slice(1)]) {
      expect(await verify(sent(published), [wrong])).toMatchObject({ ok: false })
    }
  })

  test('of one scheme does not open the other', async () => {
    const settings = { scheme: 'header' }
    const outcome = await adyen.verify(sent(published), { secrets: [secret], now, settings })
    expect(outcome).toEqual({ ok: false, reason: 'signature_missing' })
  })
})
