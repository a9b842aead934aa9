import { describe, expect, test } from 'vitest'
import { hmac } from '../../signing/hmac.ts'
import { mailgun } from '../mailgun.ts'
import type { VerifyContext, WebhookRequest } from '../request.ts'

const now = 1_700_000_000
const secret = 'key-a-signing-key'
const token = 'a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0'
const timestamp = String(now)
const code = (text: string, key = secret) => hmac('sha256', key, [text]).toString('hex')
const fields = { timestamp, token, signature: code(timestamp + token) }
const event = { event: 'opened', id: 'Ase7i2zsRYeDXztHGENqRA', timestamp: now + 0.5 }

const sent = (body: string): WebhookRequest => ({
  method: 'POST',
  url: '/',
  headers: [],
  body: Buffer.from(body),
})
const json = (signature: unknown) => sent(JSON.stringify({ signature, 'event-data': event }))
const verify = (request: WebhookRequest, changes: Partial<VerifyContext> = {}) =>
  mailgun.verify(request, { secrets: [secret], now, ...changes })

describe('a token in JSON', () => {
  test('is accepted as it is documented, its time as text or number', async () => {
    const accepted = {
      ok: true,
      bodyAuthenticated: false,
      dedupeKey: 'Ase7i2zsRYeDXztHGENqRA',
      type: 'opened',
      occurredAt: now * 1000,
    }
    expect(await verify(json(fields))).toMatchObject(accepted)
    expect(await verify(json({ ...fields, timestamp: now }))).toMatchObject(accepted)
  })

  test('of a subaccount may be signed with the key of its parent', async () => {
    const parent = 'key-of-the-parent'
    const both = { ...fields, 'parent-signature': code(timestamp + token, parent) }
    expect(await verify(json(both))).toMatchObject({ ok: true, secretIndex: 0 })
    expect(await verify(json(both), { secrets: [parent] })).toMatchObject({ ok: true })
    expect(await verify(json(both), { secrets: ['other', parent] })).toMatchObject({
      secretIndex: 1,
    })
    expect(await verify(json(both), { secrets: ['other'] })).toMatchObject({ ok: false })
  })

  test('whose parts are cut in another place is refused', async () => {
    const cuts = [
      { timestamp: timestamp.slice(0, -1), token: timestamp.slice(-1) + token },
      { timestamp: timestamp + token.slice(1, 2), token: token.slice(2) },
      { timestamp: '', token: timestamp + token },
      { timestamp: timestamp + token, token: '' },
    ]
    for (const cut of cuts) {
      const text = cut.timestamp + cut.token
      // Whatever the tolerance: such a time may be near enough one day.
      const settings = { toleranceSeconds: 1e12 }
      const request = json({ ...cut, signature: code(text) })
      expect(await verify(request, { settings })).toMatchObject({ ok: false })
    }
  })

  test.each([
    ['another token', { token: token.replace('a', 'b') }],
    ['another time', { timestamp: String(now + 1) }],
    ['a signature in upper case', { signature: fields.signature.toUpperCase() }],
    ['a signature cut off', { signature: fields.signature.slice(0, -2) }],
    [
      'a signature by SHA-1',
      { signature: hmac('sha1', secret, [timestamp + token]).toString('hex') },
    ],
    ['no signature', { signature: undefined }],
    ['an empty signature', { signature: '' }],
    ['a list of signatures', { signature: [fields.signature] }],
    ['no token', { token: undefined }],
    ['a time with a fraction', { timestamp: now + 0.5 }],
    ['a time in text that is none', { timestamp: `${now} ` }],
  ])('with %s is refused', async (_title, changes) => {
    expect(await verify(json({ ...fields, ...changes }))).toMatchObject({ ok: false })
  })

  test('is refused where no key is set, and in a body that is none', async () => {
    for (const secrets of [[], [''], [' ']]) {
      const forged = json({ ...fields, signature: code(timestamp + token, secrets[0] ?? '') })
      expect(await verify(forged, { secrets })).toEqual({ ok: false, reason: 'secret_missing' })
    }
    for (const body of ['', '[]', 'null', '"signature"', '{', '{"signature":null}']) {
      expect(await verify(sent(body))).toMatchObject({ ok: false })
    }
  })
})

describe('a token in a form', () => {
  const form = (changes: Record<string, string> = {}) =>
    new URLSearchParams({ event: 'delivered', ...fields, ...changes }).toString()

  test('is accepted, and is the id of its event', async () => {
    expect(await verify(sent(form()))).toMatchObject({
      ok: true,
      dedupeKey: token,
      type: 'delivered',
    })
  })

  test('that stands there twice, or is changed, is refused', async () => {
    expect(await verify(sent(`${form()}&token=${token}`))).toMatchObject({ ok: false })
    expect(await verify(sent(`token=forged&${form()}`))).toMatchObject({ ok: false })
    expect(await verify(sent(form({ token: 'forged' })))).toMatchObject({ ok: false })
  })

  test('is what is signed for a body that is a form', async () => {
    const request = mailgun.request(Buffer.from('event=opened'), { secret, now, id: '1' })
    expect(await verify(request)).toMatchObject({ ok: true, type: 'opened' })
  })
})
