import { createPrivateKey, createPublicKey } from 'node:crypto'
import { OAuth2Client } from 'google-auth-library'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { hmac } from '../../signing/hmac.ts'
import { issueCertificate, newAuthority } from '../../signing/issue-certificate.ts'
import { signJws } from '../../signing/jws.ts'
import { newKeyPair } from '../../signing/key-pair.ts'
import { googlePubsub } from '../google-pubsub.ts'
import type { ProviderSettings, VerifyContext, WebhookRequest } from '../request.ts'
import { type Answers, googleKeys, network } from '../testing/network.ts'
import { keyName } from './identity-token.ts'

const now = 1_700_000_000
const keySet = 'https://www.googleapis.com/oauth2/v3/certs'
const certificates = 'https://www.googleapis.com/oauth2/v1/certs'
const audience = 'https://hooks.example.com/pubsub'
const email = 'push@hookline.iam.gserviceaccount.com'
const settings = { audience, serviceAccountEmail: email }
const { signingSecret } = googlePubsub.newSecrets()
const kid = keyName(signingSecret)
const genuine = { [keySet]: googleKeys(signingSecret) }
const issuers = ['https://accounts.google.com', 'accounts.google.com']

function context(answers: Answers = genuine, changes: ProviderSettings = settings) {
  return { secrets: [], now, settings: changes, fetch: network(answers) }
}

function token(claims: object = {}, header: object = {}, key = createPrivateKey(signingSecret)) {
  const payload = {
    aud: audience,
    email,
    email_verified: true,
    iss: 'https://accounts.google.com',
    iat: now,
    exp: now + 3_600,
    ...claims,
  }
  return signJws({ alg: 'RS256', kid, typ: 'JWT', ...header }, JSON.stringify(payload), key)
}

function pushed(text: string): WebhookRequest {
  const body = Buffer.from('{"message":{"messageId":"1"},"subscription":"s"}')
  return { method: 'POST', url: '/', headers: [['Authorization', `Bearer ${text}`]], body }
}

const verify = (text: string, trial: VerifyContext = context()) =>
  googlePubsub.verify(pushed(text), trial)

describe('judged by google-auth-library', () => {
  afterEach(() => void vi.useRealTimers())

  const root = newAuthority('Root')
  const publicKey = createPublicKey(signingSecret)
  const certs = { [kid]: String(issueCertificate({ commonName: 'google', publicKey }, root)) }
  const judge = async (text: string) => {
    vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 })
    const client = new OAuth2Client()
    return client.verifySignedJwtWithCertsAsync(text, certs, audience, issuers).then(
      () => true,
      () => false,
    )
  }

  test('a token of Google is accepted by both', async () => {
    for (const claims of [{}, { iss: 'accounts.google.com' }, { iat: now - 3_599, exp: now + 1 }]) {
      expect(await judge(token(claims))).toBe(true)
      expect(await verify(token(claims))).toMatchObject({ ok: true, bodyAuthenticated: false })
    }
  })

  test.each([
    ['for another audience', { aud: 'https://other.example' }],
    ['for several audiences', { aud: [audience] }],
    ['for no audience', { aud: undefined }],
    ['of another issuer', { iss: 'https://accounts.google.com.evil.example' }],
    ['of no issuer', { iss: undefined }],
    ['that has ended', { iat: now - 7_200, exp: now - 3_600 }],
    ['that begins later', { iat: now + 301 }],
    ['that lives for more than a day', { exp: now + 86_400 }],
    ['without a beginning', { iat: undefined }],
    ['without an end', { exp: undefined }],
  ])('a token %s is refused by both', async (_title, claims) => {
    expect(await judge(token(claims))).toBe(false)
    expect(await verify(token(claims))).toMatchObject({ ok: false })
  })

  test('a token of another service account is refused here alone', async () => {
    const others = [
      { email: 'push@evil.iam.gserviceaccount.com' },
      { email: email.toUpperCase() },
      { email: undefined },
      { email_verified: false },
      { email_verified: 'true' },
      { email_verified: undefined },
    ]
    for (const claims of others) {
      expect(await judge(token(claims))).toBe(true)
      expect(await verify(token(claims))).toEqual({ ok: false, reason: 'claim_mismatch' })
    }
  })
})

describe('the token', () => {
  test('is compared with what is set, and refused where nothing is', async () => {
    const publicUrl = audience
    const set = context(genuine, { publicUrl, serviceAccountEmail: email })
    expect(await verify(token(), set)).toMatchObject({ ok: true })
    const missing = [
      {},
      { audience },
      { serviceAccountEmail: email },
      { ...settings, audience: '' },
    ]
    for (const one of missing) {
      const trial = context(genuine, one)
      expect(await verify(token(), trial)).toEqual({ ok: false, reason: 'setting_missing' })
      expect(trial.fetch.asked).toEqual([])
    }
  })

  test('ends when it says, and later by the tolerance that is set', async () => {
    const claims = { iat: now - 3_600, exp: now }
    expect(await verify(token(claims))).toMatchObject({ reason: 'timestamp_too_old' })
    const tolerant = context(genuine, { ...settings, toleranceSeconds: 60 })
    expect(await verify(token(claims), tolerant)).toMatchObject({ ok: true })
    expect(await verify(token(), { ...context(), now: Number.NaN })).toMatchObject({ ok: false })
  })

  test('of another key, of no algorithm or of a shared secret is refused', async () => {
    const other = newKeyPair('rsa-sha256').privateKey
    expect(await verify(token({}, {}, other))).toMatchObject({ reason: 'signature_mismatch' })
    const pem = createPublicKey(signingSecret).export({ format: 'pem', type: 'spki' })
    const [, payload] = token().split('.')
    for (const alg of ['none', 'HS256', 'ES256']) {
      const header = Buffer.from(JSON.stringify({ alg, kid })).toString('base64url')
      const mac = hmac('sha256', String(pem), [`${header}.${payload}`]).toString('base64url')
      expect(await verify(`${header}.${payload}.${mac}`)).toMatchObject({ ok: false })
    }
    const trial = googlePubsub.verify(
      { ...pushed(''), headers: [['Authorization', `Basic ${token()}`]] },
      context(),
    )
    expect(await trial).toEqual({ ok: false, reason: 'signature_malformed' })
  })
})

describe('the keys', () => {
  test('are asked for once, and anew when their time is over', async () => {
    const answer = () =>
      new Response(genuine[keySet], { headers: { 'cache-control': 'public, max-age=1800' } })
    const trial = context({ [keySet]: answer })
    for (const seconds of [0, 10, 1_799, 1_800]) {
      const text = token({ iat: now + seconds, exp: now + seconds + 3_600 })
      expect(await verify(text, { ...trial, now: now + seconds })).toMatchObject({ ok: true })
    }
    expect(trial.fetch.asked).toEqual([keySet, keySet])
  })

  test('may be certificates by name, at the other address', async () => {
    const publicKey = createPublicKey(signingSecret)
    const certificate = issueCertificate({ commonName: 'x', publicKey }, newAuthority('Root'))
    const trial = context({ [certificates]: JSON.stringify({ [kid]: String(certificate) }) })
    expect(await verify(token(), trial)).toMatchObject({ ok: true })
    expect(trial.fetch.asked).toEqual([keySet, certificates])
  })

  test('are asked for anew for a name that is not known, but once a minute at most', async () => {
    const trial = context()
    const at = (seconds: number, header: object) =>
      verify(token({}, header), { ...trial, now: now + seconds })
    expect(await at(0, {})).toMatchObject({ ok: true })
    for (const name of ['a', 'b', undefined, 'constructor', '__proto__']) {
      expect(await at(59, { kid: name })).toEqual({ ok: false, reason: 'certificate_refused' })
    }
    expect(trial.fetch.asked.length).toBe(1)
    await at(60, { kid: 'a' })
    expect(trial.fetch.asked.length).toBe(2)
    expect(await at(61, {})).toMatchObject({ ok: true })
  })

  test('that are no keys are refused, and told from none', async () => {
    const trials = [
      [{ [keySet]: '{"keys":[null,1,{"kid":"a","kty":"EC"}]}' }, 'certificate_refused'],
      [{ [keySet]: '[]' }, 'certificate_refused'],
      [{ [keySet]: '<html>' }, 'certificate_refused'],
      [{}, 'certificate_unavailable'],
    ] as const
    for (const [answers, reason] of trials) {
      expect(await verify(token(), context(answers))).toEqual({ ok: false, reason })
    }
    const offline = { secrets: [], now, settings }
    expect(await verify(token(), offline)).toMatchObject({ reason: 'certificate_unavailable' })
  })
})
