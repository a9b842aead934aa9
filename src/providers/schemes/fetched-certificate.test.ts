import type { KeyObject } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { writeBundle } from '../../signing/certificate.ts'
import {
  type Issuer,
  issueCertificate,
  type NewCertificate,
  newAuthority,
} from '../../signing/issue-certificate.ts'
import { newKeyPair } from '../../signing/key-pair.ts'
import { paypal } from '../paypal.ts'
import type { VerifyContext, WebhookRequest } from '../request.ts'
import { type Answers, network } from '../testing/network.ts'

const now = 1_700_000_000
const daySeconds = 86_400
const url = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-hookline'
const commonName = 'messageverificationcerts.sandbox.paypal.com'
const webhookId = '8PT597110X687430LKGECATA'
const body = Buffer.from('{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED"}')

const root = newAuthority('Root')
const { publicKey, privateKey } = newKeyPair('rsa-sha256')
const certificate = leaf()

function leaf(changes: Partial<NewCertificate> = {}, issuer: Issuer = root) {
  return issueCertificate({ commonName, publicKey, ...changes }, issuer)
}

function request(at = now, key: KeyObject = privateKey): WebhookRequest {
  const secret = `${webhookId}\n${writeBundle(key, [certificate])}`
  return paypal.request(body, { secret, now: at, id: '69cd13f0-d67a-11e5' })
}

function context(answers: Answers, changes: Omit<Partial<VerifyContext>, 'fetch'> = {}) {
  const fetch = network(answers)
  const settings = { trustedRoots: [String(root.certificate)] }
  return { secrets: [webhookId], now, settings, fetch, ...changes }
}

function withHeader(name: string, value: string): WebhookRequest {
  const sent = request()
  const headers = sent.headers.map(([key, old]) => [key, key === name ? value : old] as const)
  return { ...sent, headers }
}

const genuine = { [url]: String(certificate) }

describe('the address of the certificate', () => {
  test.each([
    'http://api.sandbox.paypal.com/v1/notifications/certs/CERT-hookline',
    'https://api.sandbox.paypal.com.evil.example/v1/notifications/certs/CERT-hookline',
    'https://api.sandbox.paypal.com@evil.example/CERT-hookline',
    'https://user:pass@api.sandbox.paypal.com/v1/notifications/certs/CERT-hookline',
    'https://api.sandbox.paypal.com:8443/v1/notifications/certs/CERT-hookline',
    'https://api.sandbox.paypal.com./v1/notifications/certs/CERT-hookline',
    'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-hookline?again=1',
    'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-hookline#again',
    'https://evil.paypal.com/v1/notifications/certs/CERT-hookline',
    'https://paypal.com/v1/notifications/certs/CERT-hookline',
    'https://evil.example/?https://api.paypal.com/',
    '//api.sandbox.paypal.com/v1/notifications/certs/CERT-hookline',
    'file:///etc/passwd',
    'CERT-hookline',
  ])('%s is refused, and nobody is asked', async (address) => {
    const trial = context({ ...genuine, [address]: String(certificate) })
    const outcome = await paypal.verify(withHeader('PAYPAL-CERT-URL', address), trial)
    expect(outcome).toEqual({ ok: false, reason: 'certificate_refused' })
    expect(trial.fetch.asked).toEqual([])
  })

  test('is asked for once, however many requests name it', async () => {
    const trial = context(genuine)
    const many = await Promise.all(Array.from({ length: 3 }, () => paypal.verify(request(), trial)))
    expect(many.every(({ ok }) => ok)).toBe(true)
    expect(await paypal.verify(request(now + 3_600), { ...trial, now: now + 3_600 })).toMatchObject(
      {
        ok: true,
      },
    )
    expect(trial.fetch.asked).toEqual([url])
  })

  test('is not asked for by a request that is old, malformed or without a secret', async () => {
    const trial = context(genuine)
    expect(await paypal.verify(request(now - 345_601), trial)).toEqual({
      ok: false,
      reason: 'timestamp_too_old',
    })
    expect(await paypal.verify(request(now + 301), trial)).toEqual({
      ok: false,
      reason: 'timestamp_in_future',
    })
    const forged = [
      withHeader('PAYPAL-AUTH-ALGO', 'SHA1withRSA'),
      withHeader('PAYPAL-AUTH-ALGO', 'none'),
      withHeader('PAYPAL-TRANSMISSION-SIG', '!'),
      withHeader('PAYPAL-TRANSMISSION-ID', 'a|b'),
      withHeader('PAYPAL-TRANSMISSION-TIME', '1700000000'),
    ]
    for (const one of forged) expect(await paypal.verify(one, trial)).toMatchObject({ ok: false })
    expect(await paypal.verify(request(), { ...trial, secrets: [' ', ''] })).toEqual({
      ok: false,
      reason: 'secret_missing',
    })
    expect(trial.fetch.asked).toEqual([])
  })
})

describe('the certificate', () => {
  const verify = (pem: string, changes: Partial<VerifyContext> = {}) =>
    paypal.verify(request(changes.now), context({ [url]: pem }, changes))
  const refused = { ok: false, reason: 'certificate_refused' }

  test("is the provider's own, under a root that is trusted", async () => {
    expect(await verify(String(certificate))).toMatchObject({ ok: true, bodyAuthenticated: false })
    const live = String(leaf({ commonName: 'messageverificationcerts.paypal.com' }))
    expect(await verify(live)).toMatchObject({ ok: true })
  })

  test('for another name is refused, under the same root', async () => {
    for (const name of [
      'evil.example',
      `${commonName}.evil.example`,
      `x.${commonName}`,
      `x\nCN=${commonName}`,
    ]) {
      expect(await verify(String(leaf({ commonName: name })))).toEqual(refused)
    }
  })

  test('under another root of the same name, or under none, is refused', async () => {
    const other = newAuthority('Root')
    expect(await verify(String(leaf({}, other)))).toEqual(refused)
    expect(await verify(String(leaf({}, other)) + String(other.certificate))).toEqual(refused)
    const own = { commonName, privateKey: root.privateKey }
    expect(await verify(String(leaf({}, own)))).toEqual(refused)
  })

  test('is refused by the roots of the public web, where none are set', async () => {
    expect(await verify(String(certificate), { settings: {} })).toEqual(refused)
  })

  test('may have others between it and the root, in the file or where it says', async () => {
    const pair = newKeyPair('p256')
    const wanted = { commonName: 'Middle', publicKey: pair.publicKey, isAuthority: true }
    const between = issueCertificate(wanted, root)
    const middle = { commonName: 'Middle', privateKey: pair.privateKey }
    expect(await verify(String(leaf({}, middle)) + String(between))).toMatchObject({ ok: true })
    expect(await verify(String(leaf({}, middle)))).toEqual(refused)

    const there = 'cacerts.digicert.com/Middle.crt'
    const named = String(leaf({ issuerUrl: `http://${there}` }, middle))
    const answers = {
      [url]: named,
      [`https://${there}`]: () => new Response(new Uint8Array(between.raw)),
    }
    const trial = context(answers)
    expect(await paypal.verify(request(), trial)).toMatchObject({ ok: true })
    expect(trial.fetch.asked).toEqual([url, `https://${there}`])
    expect(await paypal.verify(request(), context({ [url]: named }))).toEqual(refused)

    const elsewhere = String(leaf({ issuerUrl: 'http://evil.example/Middle.crt' }, middle))
    const asked = context({ [url]: elsewhere, 'https://evil.example/Middle.crt': String(between) })
    expect(await paypal.verify(request(), asked)).toEqual(refused)
    expect(asked.fetch.asked).toEqual([url])
  })

  test('is refused before and after its time, also where it was accepted in between', async () => {
    const atMs = now * 1000
    const short = { validFromMs: atMs, validToMs: atMs + 1_000_000 }
    const trial = context({ [url]: String(leaf(short)) })
    const at = (seconds: number) =>
      paypal.verify(request(now + seconds), { ...trial, now: now + seconds })
    expect(await at(-1)).toEqual(refused)
    expect(await at(0)).toMatchObject({ ok: true })
    expect(await at(1_001)).toEqual(refused)
    expect(await at(1_001 + daySeconds)).toEqual(refused)
  })

  test('that is not there, none or too large is told from one that is wrong', async () => {
    const unavailable = { ok: false, reason: 'certificate_unavailable' }
    expect(await verify('<html></html>')).toEqual(refused)
    expect(await verify('x'.repeat(100_000))).toEqual(unavailable)
    const absent = { [url]: () => new Response('', { status: 404 }) }
    expect(await paypal.verify(request(), context(absent))).toEqual(unavailable)
    expect(await paypal.verify(request(), context({}))).toEqual(unavailable)
    const { fetch: _, ...offline } = context({})
    expect(await paypal.verify(request(), offline)).toEqual(unavailable)
  })

  test('is loaded again after a fault', async () => {
    let isDown = true
    const answer = () => new Response(String(certificate), { status: isDown ? 503 : 200 })
    const trial = context({ [url]: answer })
    expect(await paypal.verify(request(), trial)).toMatchObject({ ok: false })
    isDown = false
    expect(await paypal.verify(request(), trial)).toMatchObject({ ok: true })
  })

  test('of other roots than those that are set now is not believed', async () => {
    const trial = context(genuine)
    expect(await paypal.verify(request(), trial)).toMatchObject({ ok: true })
    const settings = { trustedRoots: [String(newAuthority('Other').certificate)] }
    expect(await paypal.verify(request(), { ...trial, settings })).toEqual(refused)
    for (const trustedRoots of [[], ['no certificate']]) {
      const outcome = await paypal.verify(request(), { ...trial, settings: { trustedRoots } })
      expect(outcome).toEqual({ ok: false, reason: 'setting_missing' })
    }
  })
})

describe('the signature', () => {
  const verify = (sent: WebhookRequest) => paypal.verify(sent, context(genuine))
  const mismatch = { ok: false, reason: 'signature_mismatch' }

  test('covers the id, the time, the webhook id and the checksum of the body', async () => {
    expect(await verify(withHeader('PAYPAL-TRANSMISSION-ID', '69cd13f0-d67a-11e6'))).toEqual(
      mismatch,
    )
    const time = withHeader('PAYPAL-TRANSMISSION-TIME', '2023-11-14T22:13:21.000Z')
    expect(await verify(time)).toEqual(mismatch)
    expect(await verify({ ...request(), body: Buffer.from('{}') })).toEqual(mismatch)
    const other = context(genuine, { secrets: ['8PT597110X687430LKGECATB'] })
    expect(await paypal.verify(request(), other)).toEqual(mismatch)
  })

  test('of another key is refused', async () => {
    const other = newKeyPair('rsa-sha256').privateKey
    expect(await verify(request(now, other))).toEqual(mismatch)
  })

  test('holds for another body of the same checksum: the body is not proven', async () => {
    const forged = withChecksum(
      '{"id":"WH-1","event_type":"PAYMENT.CAPTURE.REFUNDED"}',
      crc32(body),
    )
    expect(crc32(forged)).toBe(crc32(body))
    expect(await verify({ ...request(), body: forged })).toMatchObject({
      ok: true,
      bodyAuthenticated: false,
    })
  })
})

/**
 * The text and four bytes that give it this CRC-32. Each bit of them flips the same bits of the
 * checksum.
 */
function withChecksum(text: string, wanted: number): Buffer {
  const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(4)])
  const zero = crc32(bytes)
  const withBits = (bits: number) => {
    const copy = Buffer.from(bytes)
    copy.writeUInt32LE(bits, text.length)
    return copy
  }
  const basis = new Map<number, { flips: number; bits: number }>()
  const reduce = (flips: number, bits: number): { flips: number; bits: number } => {
    const found = basis.get(31 - Math.clz32(flips))
    return flips === 0 || !found
      ? { flips, bits }
      : reduce((flips ^ found.flips) >>> 0, (bits ^ found.bits) >>> 0)
  }
  for (let bit = 0; bit < 32; bit++) {
    const one = reduce((crc32(withBits(2 ** bit)) ^ zero) >>> 0, 2 ** bit)
    basis.set(31 - Math.clz32(one.flips), one)
  }
  return withBits(reduce((wanted ^ zero) >>> 0, 0).bits)
}
