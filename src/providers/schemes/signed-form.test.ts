// @ts-expect-error: The package has no types; what is used of it is written down below.
import Braintree from 'braintree'
import { describe, expect, test } from 'vitest'
import { hmac } from '../../signing/hmac.ts'
import { braintree } from '../braintree.ts'
import type { VerifyContext, WebhookRequest } from '../request.ts'

const now = 1_700_000_000
const secret = 'c7c1be1ffae1ab6e0af1b7e8f9f0c4f4'
const publicKey = 'n4mqwjzq9mtzz9wz'
const context = { secrets: [secret], now, settings: { publicKey } }

/** What is used of the package. */
interface Gateway {
  readonly webhookTesting: { sampleNotification(kind: string, id: string): Promise<Fields> }
  readonly webhookNotification: {
    parse(signature: string, payload: string): Promise<Notification>
    verify(challenge: string): string
  }
}

interface Fields {
  readonly bt_signature: string
  readonly bt_payload: string
}

interface Notification {
  readonly timestamp: string
  readonly subscription?: { readonly id: string }
}

const gateway: Gateway = new Braintree.BraintreeGateway({
  environment: Braintree.Environment.Sandbox,
  merchantId: 'merchant',
  publicKey,
  privateKey: secret,
})

const sample = (kind: string) => gateway.webhookTesting.sampleNotification(kind, 'sub_1')

const sent = (form: string | Fields): WebhookRequest => ({
  method: 'POST',
  url: '/',
  headers: [],
  body: Buffer.from(String(new URLSearchParams(form as string))), // either makes a form
})

const verify = (request: WebhookRequest, changes: Partial<VerifyContext> = {}) =>
  braintree.verify(request, { ...context, ...changes })

const judge = ({ bt_signature, bt_payload }: Fields) =>
  gateway.webhookNotification.parse(bt_signature, bt_payload).then(
    () => true,
    () => false,
  )

describe('judged by braintree', () => {
  test.each([
    ['subscription_charged_successfully', 'id'],
    ['dispute_opened', 'id'],
    ['disbursement', 'id'],
    ['check', undefined],
    ['transaction_settled', 'id'],
  ])('its sample of %s is accepted, with its fields', async (kind, id) => {
    const fields = await sample(kind)
    const outcome = await verify(sent(fields))
    expect(outcome).toMatchObject({ ok: true, secretIndex: 0, bodyAuthenticated: true, type: kind })
    const official = await gateway.webhookNotification.parse(fields.bt_signature, fields.bt_payload)
    if (!outcome.ok) throw new Error('It verifies.')
    expect(outcome.occurredAt).toBe(new Date(official.timestamp).getTime())
    expect(typeof outcome.dedupeKey).toBe(id === undefined ? 'undefined' : 'string')
    if (official.subscription) {
      expect(braintree.parse(sent(fields).body)).toMatchObject({
        subject: { subscription: { id: official.subscription.id, addOns: [], discounts: [] } },
      })
    }
  })

  test('what is signed here is accepted by it', async () => {
    const xml =
      '<notification><timestamp type="datetime">2023-11-14T22:13:20Z</timestamp><kind>check</kind><subject><check type="boolean">true</check></subject></notification>'
    const request = braintree.request(Buffer.from(xml), { ...context, secret })
    const form = new URLSearchParams(Buffer.from(request.body).toString())
    const fields = Object.fromEntries(form) as unknown as Fields // both are there
    expect(await judge(fields)).toBe(true)
    expect(await judge({ ...fields, bt_payload: `A${fields.bt_payload}` })).toBe(false)
    expect(braintree.parse(request.body)).toEqual({
      timestamp: '2023-11-14T22:13:20Z',
      kind: 'check',
      subject: { check: true },
    })
  })

  test('several keys, and a payload without its last line end, are accepted', async () => {
    const { bt_signature, bt_payload } = await sample('check')
    const several = {
      bt_signature: `other|${'a'.repeat(40)}&${bt_signature}`,
      bt_payload: bt_payload.trimEnd(),
    }
    expect(await judge(several)).toBe(true)
    expect(await verify(sent(several))).toMatchObject({ ok: true })
  })

  test('a change of either field is refused by both', async () => {
    const { bt_signature, bt_payload } = await sample('check')
    const wrong = [
      { bt_signature, bt_payload: bt_payload.replace('P', 'Q') },
      { bt_signature, bt_payload: `${bt_payload}\n` },
      { bt_signature, bt_payload: `${bt_payload}!` },
      { bt_signature: bt_signature.slice(0, -1), bt_payload },
      { bt_signature: bt_signature.replace(publicKey, 'other'), bt_payload },
      { bt_signature: bt_signature.split('|').join(''), bt_payload },
      { bt_signature: '', bt_payload },
      { bt_signature, bt_payload: '' },
    ]
    for (const fields of wrong) {
      expect(await judge(fields)).toBe(false)
      expect(await verify(sent(fields))).toMatchObject({ ok: false })
    }
  })
})

describe('the form', () => {
  test('names each field once', async () => {
    const fields = await sample('check')
    const form = String(new URLSearchParams({ ...fields }))
    const twice = { ...sent(''), body: Buffer.from(`${form}&bt_payload=PG4vPg%3D%3D`) }
    expect(await verify(twice)).toEqual({ ok: false, reason: 'body_malformed' })
    expect(braintree.parse(twice.body)).toBeUndefined()
  })

  test.each(['', '{}', 'bt_payload', 'bt_payload=%zz', '\u00ff'])('%j is none', async (text) => {
    const request = { ...sent(''), body: Buffer.from(text) }
    expect(await verify(request)).toMatchObject({ ok: false })
  })
})

test('without the public key, or without a private one, everything is refused', async () => {
  const fields = await sample('check')
  expect(await verify(sent(fields), { settings: {} })).toMatchObject({ reason: 'setting_missing' })
  for (const secrets of [[], [''], [' ']]) {
    const key = Buffer.from('da39a3ee5e6b4b0d3255bfef95601890afd80709', 'hex')
    const code = hmac('sha1', key, [fields.bt_payload]).toString('hex')
    const forged = { ...fields, bt_signature: `${publicKey}|${code}` }
    expect(await verify(sent(forged), { secrets })).toMatchObject({ reason: 'secret_missing' })
  }
  const other = await verify(sent(fields), { secrets: ['other', secret] })
  expect(other).toMatchObject({ ok: true, secretIndex: 1 })
})

describe('a challenge', () => {
  const asked = (query: string, method = 'GET'): WebhookRequest => ({
    method,
    url: `/webhooks/braintree${query}`,
    headers: [],
    body: Buffer.alloc(0),
  })
  const text = '20f9f8ed05f77439fe955c977e4c8a53'
  const answer = (request: WebhookRequest, changes: Partial<VerifyContext> = {}) =>
    braintree.handshake?.(request, { ...context, ...changes })

  test('is answered as its package answers it', async () => {
    expect(await answer(asked(`?bt_challenge=${text}`))).toMatchObject({
      status: 200,
      body: gateway.webhookNotification.verify(text),
    })
  })

  test('that is none is not answered', async () => {
    const none = [
      asked(''),
      asked('?bt_challenge='),
      asked(`?bt_challenge=${text.toUpperCase()}`),
      asked(`?bt_challenge=${text}00`),
      asked(`?bt_challenge=${text.slice(0, 19)}`),
      asked(`?bt_challenge=${text}%0A`),
      asked(`?bt_challenge=${text}&bt_challenge=${text}`),
      asked(`?bt_challenge=${text}`, 'POST'),
    ]
    for (const request of none) expect(await answer(request)).toBeNull()
    const one = asked(`?bt_challenge=${text}`)
    expect(await answer(one, { settings: {} })).toBeNull()
    expect(await answer(one, { secrets: ['', ' '] })).toBeNull()
  })

  test('whose answer is sent back as a signature is no payload', async () => {
    const reply = await answer(asked(`?bt_challenge=${text}`))
    const forged = { bt_signature: reply?.body ?? '', bt_payload: text }
    // Its package takes the signature, and only fails at reading what was signed.
    expect(gateway.webhookNotification.verify(text)).toBe(forged.bt_signature)
    expect(await verify(sent(forged))).toEqual({ ok: false, reason: 'body_malformed' })
    expect(await verify(sent({ ...forged, bt_payload: `${text}\n` }))).toMatchObject({ ok: false })
  })
})
