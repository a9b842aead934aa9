import { createHash, createPrivateKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hmac } from '../../signing/hmac.ts'
import { signJws } from '../../signing/jws.ts'
import { newKeyPair } from '../../signing/key-pair.ts'
import { plaid } from '../plaid.ts'
import type { VerifyContext, WebhookRequest } from '../request.ts'
import { type Answers, network, plaidKeys } from '../testing/network.ts'

const now = 1_700_000_000
const production = 'https://production.plaid.com/webhook_verification_key/get'
const sandbox = 'https://sandbox.plaid.com/webhook_verification_key/get'
const settings = { clientId: 'client', clientSecret: 'a secret' }
const { signingSecret } = plaid.newSecrets()
const body = Buffer.from('{\n  "webhook_type": "ITEM",\n  "environment": "production"\n}')
const hash = createHash('sha256').update(body).digest('hex')

function context(answers: Answers = { [production]: plaidKeys(signingSecret) }) {
  return { secrets: [], now, settings, fetch: network(answers) }
}

const request = (at = now): WebhookRequest =>
  plaid.request(body, { secret: signingSecret, now: at })
const withToken = (token: string): WebhookRequest => ({
  ...request(),
  headers: [['Plaid-Verification', token]],
})

/** A token with other claims or another header, well signed. */
function token(claims: object = {}, header: object = {}, key = createPrivateKey(signingSecret)) {
  const payload = JSON.stringify({ iat: now, request_body_sha256: hash, ...claims })
  return signJws({ alg: 'ES256', kid: 'a-key', typ: 'JWT', ...header }, payload, key)
}

const verify = (sent: WebhookRequest, trial: VerifyContext = context()) => plaid.verify(sent, trial)

describe('the key', () => {
  test('is asked for with the credentials of the receiver, once for each name', async () => {
    const asked: unknown[] = []
    const answer = (init?: RequestInit) => {
      asked.push(JSON.parse(String(init?.body)))
      expect(init?.method).toBe('POST')
      return plaidKeys(signingSecret)(init)
    }
    const trial = context({ [production]: answer })
    for (const kid of ['one', 'two', 'one']) {
      expect(await verify(withToken(token({}, { kid })), trial)).toMatchObject({ ok: true })
    }
    const question = (key_id: string) => ({ client_id: 'client', secret: 'a secret', key_id })
    expect(asked).toEqual([question('one'), question('two')])
  })

  test('is asked for where the body says it comes from, then at the other host', async () => {
    const trial = context({ [sandbox]: plaidKeys(signingSecret) })
    expect(await verify(request(), trial)).toMatchObject({ ok: true })
    expect(trial.fetch.asked).toEqual([production, sandbox])
    const text = Buffer.from('{"environment":"sandbox"}')
    const fromSandbox = plaid.request(text, { secret: signingSecret, now })
    const other = context({ [sandbox]: plaidKeys(signingSecret) })
    expect(await verify(fromSandbox, other)).toMatchObject({ ok: true, mode: 'test' })
    expect(other.fetch.asked).toEqual([sandbox])
  })

  test.each([
    ['that has ended', { expired_at: 1_600_000_000 }],
    ['of another name', { kid: 'another' }],
    ['of another algorithm', { alg: 'RS256' }],
    ['of another curve', { crv: 'P-384' }],
    ['that is no point', { x: 'AAAA' }],
    ['without a part', { y: undefined }],
  ])('%s is refused', async (_title, changes) => {
    const trial = context({ [production]: plaidKeys(signingSecret, changes) })
    expect(await verify(request(), trial)).toEqual({ ok: false, reason: 'certificate_refused' })
  })

  test('that is not known is told from a host that does not answer', async () => {
    const unknown = () => Response.json({ error_code: 'INVALID_KEY_ID' }, { status: 400 })
    const failing = () => new Response('', { status: 502 })
    const trials = [
      [{ [production]: unknown, [sandbox]: unknown }, 'certificate_refused'],
      [{ [production]: failing, [sandbox]: failing }, 'certificate_unavailable'],
      [{}, 'certificate_unavailable'],
      [{ [production]: 'no JSON' }, 'certificate_refused'],
    ] as const
    for (const [answers, reason] of trials) {
      expect(await verify(request(), context(answers))).toEqual({ ok: false, reason })
    }
    const offline = { secrets: [], now, settings }
    expect(await verify(request(), offline)).toMatchObject({ reason: 'certificate_unavailable' })
  })

  test('of names that strangers make up is asked for a few times a minute', async () => {
    const unknown = () => Response.json({}, { status: 400 })
    const trial = context({ [production]: unknown, [sandbox]: unknown })
    for (let index = 0; index < 100; index++) {
      await verify(withToken(token({}, { kid: `guess-${index}` })), trial)
    }
    expect(trial.fetch.asked.length).toBe(40)
  })

  test('is asked for by no request that is wrong in itself', async () => {
    const trial = context()
    const wrong = [
      withToken(token({ request_body_sha256: 'ab'.repeat(32) })),
      withToken(token({ request_body_sha256: hash.toUpperCase() })),
      withToken(token({ request_body_sha256: undefined })),
      withToken(token({ request_body_sha256: [hash] })),
      withToken(token({ iat: String(now) })),
      withToken(token({ iat: now + 0.5 })),
      withToken(token({ iat: undefined })),
      withToken(token({}, { kid: undefined })),
      withToken(token({}, { kid: '../../other' })),
      { ...request(), body: Buffer.from(JSON.stringify(JSON.parse(body.toString()))) },
    ]
    for (const one of wrong) expect(await verify(one, trial)).toMatchObject({ ok: false })
    expect(trial.fetch.asked).toEqual([])
  })

  test('is not asked for without credentials', async () => {
    for (const missing of [{}, { clientId: 'client' }, { clientId: '', clientSecret: 'a' }]) {
      const trial = { ...context(), settings: missing }
      expect(await verify(request(), trial)).toEqual({ ok: false, reason: 'setting_missing' })
      expect(trial.fetch.asked).toEqual([])
    }
  })
})

describe('the token', () => {
  test('of another key is refused', async () => {
    const other = newKeyPair('p256').privateKey
    expect(await verify(withToken(token({}, {}, other)))).toEqual({
      ok: false,
      reason: 'signature_mismatch',
    })
  })

  test('in no algorithm, or with the public key as a secret, is refused', async () => {
    const [, payload] = token().split('.')
    for (const alg of ['none', 'HS256', 'RS256', 'es256', undefined]) {
      const header = Buffer.from(JSON.stringify({ alg, kid: 'a-key' })).toString('base64url')
      const mac = hmac('sha256', signingSecret, [`${header}.${payload}`]).toString('base64url')
      expect(await verify(withToken(`${header}.${payload}.${mac}`))).toMatchObject({ ok: false })
      expect(await verify(withToken(`${header}.${payload}.`))).toMatchObject({ ok: false })
    }
  })

  test('is at most five minutes old', async () => {
    expect(await verify(request(now - 300))).toMatchObject({ ok: true })
    expect(await verify(request(now - 301))).toMatchObject({ reason: 'timestamp_too_old' })
    expect(await verify(request(now + 301))).toMatchObject({ reason: 'timestamp_in_future' })
  })
})
