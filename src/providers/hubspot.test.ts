import { Signature } from '@hubspot/api-client'
import { describe, expect, test } from 'vitest'
import { hubspot } from './hubspot.ts'

const now = 1_700_000_000
const secret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'
const requestBody = '[{"eventId":1}]'

/** A request to this method that is signed for this form of the URL. */
function verify(publicUrl: string, url: string, method = 'POST', signedMethod = method) {
  const timestamp = now * 1000
  const signature = Signature.getSignature(signedMethod, 'v3', {
    clientSecret: secret,
    requestBody,
    url,
    timestamp,
    signature: '',
  })
  const headers = [
    ['x-hubspot-signature-v3', signature],
    ['x-hubspot-request-timestamp', String(timestamp)],
  ] as const
  const request = { method, url: '/', headers, body: Buffer.from(requestBody) }
  return hubspot.verify(request, { secrets: [secret], now, settings: { publicUrl } })
}

describe('the URL that HubSpot signs', () => {
  test('has twelve escapes decoded, in either case', () => {
    const escaped = '%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B%3a%2c'
    const decoded = ":/?@!$'()*,;:,"
    expect(verify(`https://e.com/a?b=${escaped}`, `https://e.com/a?b=${decoded}`)).toMatchObject({
      ok: true,
    })
  })

  test('has all other escapes as they are written, and none decoded twice', () => {
    const url = 'https://e.com/a?b=%20%26%3D%23%2B%C3%BC%253A'
    expect(verify(url, url)).toMatchObject({ ok: true })
    expect(verify(url, url.replace('%20', ' '))).toMatchObject({ ok: false })
    expect(verify(url, url.replace('%253A', ':'))).toMatchObject({ ok: false })
  })

  test('is that which is registered, with the method of the request', () => {
    const url = 'https://e.com/a'
    expect(verify(url, 'https://e.org/a')).toMatchObject({ ok: false })
    expect(verify(url, url, 'PUT')).toMatchObject({ ok: true })
    expect(verify(url, url, 'POST', 'PUT')).toMatchObject({ ok: false })
  })
})
