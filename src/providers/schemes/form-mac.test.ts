import twilio from 'twilio'
import { describe, expect, test } from 'vitest'
import { hmac } from '../../signing/hmac.ts'
import { formMac } from './form-mac.ts'
import { Reading } from './reading.ts'
import type { SchemeOutcome } from './scheme.ts'

const secret = 'an auth token'
const publicUrl = 'https://example.com/hook?a=1&b=2'
const form = 'Body=Hi+there%21&From=%2B1555&MessageSid=SM1'
const json = '{"id":"=1"}'

const scheme = formMac({
  header: 'Sig',
  digest: 'sha1',
  encoding: 'base64',
  bodyDigestParameter: 'bodySHA256',
})

interface Sent {
  readonly signature: string
  readonly body: string | Uint8Array
  readonly url?: string
  readonly publicUrl?: string | undefined
  readonly secrets?: readonly string[]
}

function verify(sent: Sent): SchemeOutcome | Promise<SchemeOutcome> {
  const { signature, body, url = '/', secrets = ['another', secret] } = sent
  const request = { method: 'POST', url, headers: [], body: Buffer.from(body) }
  const reading = new Reading(request, new Map([['sig', signature]]), () => undefined)
  const registered = 'publicUrl' in sent ? sent.publicUrl : publicUrl
  const settings = registered === undefined ? {} : { publicUrl: registered }
  return scheme.verify(reading, { secrets, now: 1_700_000_000, settings })
}

function signText(text: string, key = secret): string {
  return hmac('sha1', key, [text]).toString('base64')
}

function signForm(fields: Record<string, string | string[]>, url = publicUrl): string {
  // Its types know no repeated names, which its code does.
  return twilio.getExpectedTwilioSignature(secret, url, fields as Record<string, string>)
}

const accepted = { ok: true, secretIndex: 1 }
const mismatch = { ok: false, reason: 'signature_mismatch' }
const malformed = { ok: false, reason: 'body_malformed' }
const formSignature = signForm({ From: '+1555', Body: 'Hi there!', MessageSid: 'SM1' })

describe('a form', () => {
  test('is accepted in any order of its fields and any spelling of their characters', () => {
    expect(verify({ body: form, signature: formSignature })).toEqual(accepted)
    const body = 'MessageSid=SM1&From=%2b1555&Body=%48i%20there!'
    expect(verify({ body, signature: formSignature })).toEqual(accepted)
  })

  test('is signed in the order of code units, with the distinct values of a name sorted', () => {
    const signature = signForm({ a: ['2', '10', '2'], B: '\u{1f389}', Z: '', _: '\uff5e' })
    const body = 'a=2&_=%EF%BD%9E&Z=&a=10&a=2&B=%F0%9F%8E%89'
    expect(verify({ body, signature })).toEqual(accepted)
  })

  test('without fields is signed by the URL alone', () => {
    expect(verify({ body: '', signature: signForm({}) })).toEqual(accepted)
  })

  test.each(['BodyHi', 'Body=Hi&From', '=BodyHi', 'Body=Hi&', '&Body=Hi', 'Body=H%69%'])(
    'is refused where a border between its fields is missing: %s',
    (body) => {
      const signature = signText(publicUrl + body.replaceAll(/[=&]/g, ''))
      expect(verify({ body, signature })).toEqual(malformed)
    },
  )

  test('is not told from one whose names end elsewhere, as its signature marks no border', () => {
    const signature = signForm({ Body: 'Hi' })
    expect(verify({ body: 'Bod=yHi', signature })).toEqual(accepted)
  })

  test('has no field that continues the URL', () => {
    const signature = signText(`${publicUrl}&bodySHA256=00`)
    expect(verify({ body: '%26bodySHA256%3D=00', signature })).toEqual(malformed)
  })
})

describe('a body that is no form', () => {
  const digest = twilio.getExpectedBodyHash(json)
  const url = `${publicUrl}&bodySHA256=${digest}`
  const signature = signForm({}, url)

  test('is bound by its digest in the signed URL', () => {
    expect(verify({ body: json, url, signature })).toEqual(accepted)
    expect(verify({ body: json, url: `/in/x?bodySHA256=${digest}`, signature })).toEqual(accepted)
    expect(verify({ body: json, publicUrl: url, signature })).toEqual(accepted)
    const bytes = Buffer.from([0xff, 0x00])
    const sent = scheme.sign(bytes, { secret, now: 0, id: '', settings: { publicUrl } })
    const [header] = sent.headers
    expect(sent.url).toMatch(/&bodySHA256=[0-9a-f]{64}$/)
    expect(verify({ body: bytes, url: sent.url ?? '', signature: header?.[1] ?? '' })).toEqual(
      accepted,
    )
  })

  test('is accepted where the digest stands at another place of the same query', () => {
    const moved = `https://example.com/hook?a=1&bodySHA256=${digest}&b=2`
    expect(verify({ body: json, url: moved, signature: signForm({}, moved) })).toEqual(accepted)
    const other = `https://example.com/hook?c=1&bodySHA256=${digest}`
    expect(verify({ body: json, url: other, signature: signForm({}, other) })).toEqual(mismatch)
  })

  test('is refused with another body, another digest or two of them', () => {
    expect(verify({ body: `${json} `, url, signature })).toEqual(mismatch)
    const forged = `${publicUrl}&bodySHA256=${twilio.getExpectedBodyHash('{}')}`
    expect(verify({ body: '{}', url: forged, signature })).toEqual(mismatch)
    const two = `${url}&bodySHA256=${digest}`
    expect(verify({ body: json, url: two, signature: signForm({}, two) })).toEqual(mismatch)
    const upper = `${publicUrl}&bodySHA256=${digest.toUpperCase()}`
    expect(verify({ body: json, url: upper, signature: signForm({}, upper) })).toEqual(mismatch)
  })

  test('is refused without its digest, also where the URL is well signed', () => {
    expect(verify({ body: json, signature: signForm({}) })).toEqual(malformed)
    expect(verify({ body: json, signature: signText(publicUrl + json) })).toEqual(malformed)
    expect(verify({ body: json, url: `${publicUrl}&BODYSHA256=${digest}`, signature })).toEqual(
      malformed,
    )
  })

  test('does not pass as a form that is bound by the digest of other bytes', () => {
    expect(verify({ body: form, url, signature })).toEqual(mismatch)
  })
})

describe('the registered URL', () => {
  test.each([
    ['without the default port', publicUrl, 'https://example.com:443/hook?a=1&b=2'],
    ['with a port that is not signed', 'https://example.com:8443/hook', 'https://example.com/hook'],
    ['with a fragment', `${publicUrl}#rc=2`, publicUrl],
    ['with characters that are escaped', "https://e.com/ö?a='", 'https://e.com/%C3%B6?a=%27'],
    ['of an IPv6 host', 'http://u:p@[::1]/a', 'http://u:p@[::1]:80/a'],
  ])('may be written %s', (_title, registered, signedUrl) => {
    const signature = signForm({ a: 'b' }, signedUrl)
    expect(verify({ body: 'a=b', publicUrl: registered, signature })).toEqual(accepted)
  })

  test.each([
    ['host', 'https://example.org/hook?a=1&b=2'],
    ['scheme', 'http://example.com/hook?a=1&b=2'],
    ['path', 'https://example.com/hook/?a=1&b=2'],
    ['query', 'https://example.com/hook?a=1'],
  ])('with another %s is refused, whatever the request came to', (_title, other) => {
    const signature = signForm({ a: 'b' }, other)
    expect(verify({ body: 'a=b', url: other, signature })).toEqual(mismatch)
  })

  test('must be set', () => {
    const sent = { body: form, url: publicUrl, signature: formSignature }
    const missing = { ok: false, reason: 'setting_missing' }
    expect(verify({ ...sent, publicUrl: undefined })).toEqual(missing)
    expect(verify({ ...sent, publicUrl: '' })).toEqual(missing)
  })
})

test('an empty secret never matches, and makes no signature', () => {
  const signature = signText(`${publicUrl}ab`, '')
  for (const secrets of [[], [''], [' ']]) {
    expect(verify({ body: 'a=b', signature, secrets })).toEqual({
      ok: false,
      reason: 'secret_missing',
    })
  }
  const options = { secret: '', now: 0, id: '', settings: { publicUrl } }
  expect(() => scheme.sign(Buffer.from('a=b'), options)).toThrow('secret')
})
