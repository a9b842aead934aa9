import type { KeyObject, X509Certificate } from 'node:crypto'
import { Environment, SignedDataVerifier } from '@apple/app-store-server-library'
import { describe, expect, test } from 'vitest'
import { readBundle } from '../../signing/certificate.ts'
import {
  type Issuer,
  issueCertificate,
  type NewCertificate,
  newAuthority,
} from '../../signing/issue-certificate.ts'
import { signJws } from '../../signing/jws.ts'
import { newKeyPair } from '../../signing/key-pair.ts'
import { appleAppStore } from '../apple-app-store.ts'
import { appleRoot } from '../apple-root.ts'
import type { ProviderSettings, WebhookRequest } from '../request.ts'

const now = 1_700_000_000
const bundleId = 'com.example.app'
const appAppleId = 1_234
const leafExtension = '1.2.840.113635.100.6.11.1'
const middleExtension = '1.2.840.113635.100.6.2.1'

const root = newAuthority('Root')
const leafKeys = newKeyPair('p256')
const middleKeys = newKeyPair('p256')
const middle = { commonName: 'Middle', privateKey: middleKeys.privateKey }

function middleCertificate(changes: Partial<NewCertificate> = {}, issuer: Issuer = root) {
  const { publicKey } = middleKeys
  const extensions = [middleExtension]
  const wanted = { commonName: 'Middle', publicKey, isAuthority: true, extensions, ...changes }
  return issueCertificate(wanted, issuer)
}

function leafCertificate(changes: Partial<NewCertificate> = {}, issuer: Issuer = middle) {
  const { publicKey } = leafKeys
  return issueCertificate(
    { commonName: 'Leaf', publicKey, extensions: [leafExtension], ...changes },
    issuer,
  )
}

const genuine = [leafCertificate(), middleCertificate(), root.certificate]

interface Signing {
  readonly chain?: readonly X509Certificate[]
  readonly key?: KeyObject
  readonly header?: object
}

function notification(claims: object = {}) {
  return {
    notificationType: 'DID_RENEW',
    notificationUUID: '002e14d5-51f5-4503-b5a8-c3a1af68eb20',
    version: '2.0',
    signedDate: now * 1000,
    data: { bundleId, environment: 'Sandbox' },
    ...claims,
  }
}

function signed(claims: object = {}, { chain = genuine, key, header = {} }: Signing = {}): string {
  const x5c = chain.map(({ raw }) => raw.toString('base64'))
  const payload = JSON.stringify(notification(claims))
  return signJws({ alg: 'ES256', x5c, ...header }, payload, key ?? leafKeys.privateKey)
}

function sent(text: string): WebhookRequest {
  const body = Buffer.from(JSON.stringify({ signedPayload: text }))
  return { method: 'POST', url: '/', headers: [], body }
}

const trusted = { bundleId, appAppleId, trustedRoots: [String(root.certificate)] }
const verify = (text: string, settings: ProviderSettings = trusted, at = now) =>
  appleAppStore.verify(sent(text), { secrets: [], now: at, settings })

/** Apple's own verifier, without its look-up of revocation, which needs the network. */
async function judge(text: string, environment = Environment.SANDBOX): Promise<boolean> {
  const verifier = new SignedDataVerifier(
    [root.certificate.raw],
    false,
    environment,
    bundleId,
    appAppleId,
  )
  return verifier.verifyAndDecodeNotification(text).then(
    () => true,
    () => false,
  )
}

const dayMs = 86_400_000
const past = { validFromMs: now * 1000 - 2 * dayMs, validToMs: now * 1000 - dayMs }
const other = newAuthority('Root')
const client = { commonName: 'Client', privateKey: middleKeys.privateKey }

describe('judged by @apple/app-store-server-library', () => {
  test('a notification is accepted by both, whatever its third certificate says', async () => {
    for (const third of [root.certificate, other.certificate, genuine[0] ?? root.certificate]) {
      const text = signed({}, { chain: [...genuine.slice(0, 2), third] })
      expect([await judge(text), await verify(text)]).toMatchObject([true, { ok: true }])
    }
  })

  test('what is pretended here is accepted by it', async () => {
    const { signingSecret } = appleAppStore.newSecrets()
    const body = Buffer.from(JSON.stringify(notification()))
    const request = appleAppStore.request(body, { secret: signingSecret, now })
    const { signedPayload } = JSON.parse(Buffer.from(request.body).toString())
    const roots = readBundle(signingSecret)
      .certificates.slice(-1)
      .map(({ raw }) => raw)
    const verifier = new SignedDataVerifier(roots, false, Environment.SANDBOX, bundleId)
    expect(await verifier.verifyAndDecodeNotification(signedPayload)).toEqual(notification())
    expect(appleAppStore.parse(request.body)).toEqual(notification())
  })

  const chains: [string, readonly X509Certificate[]][] = [
    ['of two certificates', genuine.slice(0, 2)],
    ['of four certificates', [...genuine, root.certificate]],
    ['of none', []],
    [
      'under another root of the same name',
      [leafCertificate(), middleCertificate({}, other), other.certificate],
    ],
    [
      'whose second did not issue the first',
      [leafCertificate({}, other), middleCertificate(), root.certificate],
    ],
    [
      'whose second may not issue',
      [
        leafCertificate({}, client),
        middleCertificate({ commonName: 'Client', isAuthority: false, hasKeyUsage: false }),
        root.certificate,
      ],
    ],
    ['whose first is not marked', [leafCertificate({ extensions: [] }), ...genuine.slice(1)]],
    [
      'whose first is marked as the second',
      [leafCertificate({ extensions: [middleExtension] }), ...genuine.slice(1)],
    ],
    [
      'whose second is not marked',
      [leafCertificate(), middleCertificate({ extensions: [leafExtension] }), root.certificate],
    ],
    ['whose first had ended', [leafCertificate(past), ...genuine.slice(1)]],
    ['whose second had ended', [leafCertificate(), middleCertificate(past), root.certificate]],
  ]
  test.each(chains)('a chain %s is refused by both', async (_title, chain) => {
    const text = signed({}, { chain })
    expect(await judge(text)).toBe(false)
    expect(await verify(text)).toEqual({ ok: false, reason: 'certificate_refused' })
  })

  const claims: [string, object, Environment][] = [
    [
      'another app',
      { data: { bundleId: 'com.evil.app', environment: 'Sandbox' } },
      Environment.SANDBOX,
    ],
    ['another environment', { data: { bundleId, environment: 'Production' } }, Environment.SANDBOX],
    [
      'another id of the app',
      { data: { bundleId, environment: 'Production', appAppleId: 1 } },
      Environment.PRODUCTION,
    ],
    ['no id of the app', { data: { bundleId, environment: 'Production' } }, Environment.PRODUCTION],
    ['no app', { data: undefined }, Environment.SANDBOX],
    ['no environment', { data: { bundleId } }, Environment.SANDBOX],
  ]
  test.each(claims)(
    'a notification of %s is refused by both',
    async (_title, changes, environment) => {
      const text = signed(changes)
      expect(await judge(text, environment)).toBe(false)
      const outcome = await verify(text, { ...trusted, environment })
      expect(outcome).toEqual({ ok: false, reason: 'claim_mismatch' })
    },
  )

  const about = { bundleId, appAppleId, environment: 'Production' }
  test.each([
    [{ data: about }],
    [{ data: undefined, summary: { ...about, productId: 'p' } }],
    [{ data: undefined, appData: about }],
    [{ data: undefined, externalPurchaseToken: { bundleId, appAppleId, externalPurchaseId: 'a' } }],
  ])('a notification of production is accepted by both: %j', async (changes) => {
    const text = signed(changes)
    expect(await judge(text, Environment.PRODUCTION)).toBe(true)
    const settings = { ...trusted, environment: 'Production' }
    expect(await verify(text, settings)).toMatchObject({ ok: true, type: 'DID_RENEW' })
    expect(await verify(text, { ...trusted, environment: 'Sandbox' })).toMatchObject({ ok: false })
  })

  test('an external purchase of the sandbox is told by its id, by both', async () => {
    const token = { bundleId, externalPurchaseId: 'SANDBOX_1' }
    const text = signed({ data: undefined, externalPurchaseToken: token })
    expect(await judge(text)).toBe(true)
    expect(await verify(text, { ...trusted, environment: 'Sandbox' })).toMatchObject({ ok: true })
  })

  test('what claims to be of Xcode is skipped by it, and never accepted here', async () => {
    const forged = signed(
      { data: { bundleId, environment: 'Xcode' } },
      { chain: [], key: newKeyPair('p256').privateKey },
    )
    expect(await judge(forged, Environment.XCODE)).toBe(true)
    for (const environment of ['Xcode', 'LocalTesting', 'Sandbox', undefined]) {
      const settings = environment === undefined ? trusted : { ...trusted, environment }
      expect(await verify(forged, settings)).toMatchObject({ ok: false })
    }
    const genuineButLocal = signed({ data: { bundleId, environment: 'LocalTesting' } })
    expect(await verify(genuineButLocal)).toMatchObject({ ok: false })
  })
})

describe('the signature', () => {
  test('of another key than the first certificate is refused', async () => {
    const text = signed({}, { key: newKeyPair('p256').privateKey })
    expect(await verify(text)).toEqual({ ok: false, reason: 'signature_mismatch' })
    expect(await verify(signed({}, { key: middleKeys.privateKey }))).toMatchObject({ ok: false })
  })

  test('is ES256, whatever the header says', async () => {
    const [, payload, signature] = signed().split('.')
    const x5c = genuine.map(({ raw }) => raw.toString('base64'))
    for (const header of [{ alg: 'none', x5c }, { alg: 'HS256', x5c }, { x5c }, { alg: 'ES256' }]) {
      const part = Buffer.from(JSON.stringify(header)).toString('base64url')
      expect(await verify(`${part}.${payload}.${signature}`)).toMatchObject({ ok: false })
    }
    const asList = signed({}, { header: { x5c: { 0: 'a', 1: 'b', 2: 'c', length: 3 } } })
    expect(await verify(asList)).toEqual({ ok: false, reason: 'certificate_refused' })
  })

  test('does not grow old, but is refused from the future or past a tolerance', async () => {
    const text = signed()
    expect(await verify(text, trusted, now + 365 * 86_400)).toMatchObject({ ok: true })
    expect(await verify(text, trusted, now - 301)).toMatchObject({ reason: 'timestamp_in_future' })
    const strict = { ...trusted, toleranceSeconds: 60 }
    expect(await verify(text, strict, now + 60)).toMatchObject({ ok: true })
    expect(await verify(text, strict, now + 61)).toMatchObject({ reason: 'timestamp_too_old' })
    for (const signedDate of ['1700000000000', 1.5, -1.5, null]) {
      const outcome = await verify(signed({ signedDate }), trusted, now)
      expect(outcome.ok).toBe(signedDate === null)
    }
  })

  test('with certificates that ended since is still true', async () => {
    const short = { validFromMs: now * 1000 - dayMs, validToMs: now * 1000 + dayMs }
    const text = signed({}, { chain: [leafCertificate(short), ...genuine.slice(1)] })
    expect(await judge(text)).toBe(true)
    expect(await verify(text, trusted, now + 10 * 86_400)).toMatchObject({ ok: true })
  })
})

describe('what a source must be set to', () => {
  test('is the app, and its id for production', async () => {
    const production = signed({ data: { bundleId, appAppleId, environment: 'Production' } })
    const { bundleId: _, ...noBundle } = trusted
    const { appAppleId: __, ...noId } = trusted
    const missing = { ok: false, reason: 'setting_missing' }
    expect(await verify(signed(), noBundle)).toEqual(missing)
    expect(await verify(signed(), { ...trusted, bundleId: '' })).toEqual(missing)
    expect(await verify(production, noId)).toEqual(missing)
    expect(await verify(signed(), noId)).toMatchObject({ ok: true, mode: 'test' })
    expect(await verify(production)).toMatchObject({ ok: true, mode: 'live' })
  })

  test("is no root but Apple's where none is set", async () => {
    expect(await verify(signed(), { bundleId })).toEqual({
      ok: false,
      reason: 'certificate_refused',
    })
    expect(await verify(signed(), { bundleId, trustedRoots: ['no certificate'] })).toEqual({
      ok: false,
      reason: 'setting_missing',
    })
  })
})

test('the pinned root is Apple Root CA - G3, by its published fingerprint', () => {
  expect(appleRoot().fingerprint256).toBe(
    '63:34:3A:BF:B8:9A:6A:03:EB:B5:7E:9B:3F:5F:A7:BE:7C:4F:5C:75:6F:30:17:B3:A8:C4:88:C3:65:3E:91:79',
  )
  expect(appleRoot().verify(appleRoot().publicKey)).toBe(true)
})

test.each(['', '{}', '[]', 'null', '{"signedPayload":1}', '{"signedPayload":"a.b.c"}', 'not JSON'])(
  'the body %j is refused',
  async (text) => {
    const request = { ...sent(''), body: Buffer.from(text) }
    const outcome = await appleAppStore.verify(request, { secrets: [], now, settings: trusted })
    expect(outcome).toEqual({ ok: false, reason: 'body_malformed' })
  },
)
