import { createPublicKey, createSecretKey } from 'node:crypto'
import { CompactSign, compactVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { hmac } from './hmac.ts'
import { type JwsAlgorithm, readJws, signJws, verifyJws } from './jws.ts'
import { newKeyPair, signKeyPair } from './key-pair.ts'

const pairs = { ES256: newKeyPair('p256'), RS256: newKeyPair('rsa-sha256') }
const payload = '{"iss":"joe","text":"Grüße"}'
const part = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

function check(text: string, algorithm: JwsAlgorithm = 'ES256', key = pairs[algorithm].publicKey) {
  const jws = readJws(text)
  return jws !== undefined && verifyJws(jws, algorithm, key)
}

// RFC 7515, appendices A.2 and A.3.
const published = [
  {
    algorithm: 'RS256',
    jwk: {
      kty: 'RSA',
      n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
      e: 'AQAB',
    },
    text: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
  },
  {
    algorithm: 'ES256',
    jwk: {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    },
    text: 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
  },
] as const

test.each(published)('the published $algorithm signature verifies', ({ algorithm, jwk, text }) => {
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  expect(check(text, algorithm, key)).toBe(true)
  expect(check(text, algorithm)).toBe(false)
  expect(readJws(text)?.payload).toMatchObject({ iss: 'joe', exp: 1300819380 })
})

describe.each(['ES256', 'RS256'] as const)('%s', (alg) => {
  const { publicKey, privateKey } = pairs[alg]

  test('what is signed here verifies with jose, and the other way round', async () => {
    const ours = signJws({ alg }, payload, privateKey)
    expect(Buffer.from((await compactVerify(ours, publicKey)).payload).toString()).toBe(payload)
    const theirs = await new CompactSign(Buffer.from(payload))
      .setProtectedHeader({ alg })
      .sign(privateKey)
    expect(check(theirs, alg)).toBe(true)
  })

  test('every change of a character is refused', () => {
    const text = signJws({ alg }, payload, privateKey)
    expect(check(text, alg)).toBe(true)
    for (let at = 0; at < text.length; at++) {
      for (const other of ['A', 'B', '_', '.', '=', '']) {
        if (other === text[at]) continue
        expect(check(text.slice(0, at) + other + text.slice(at + 1), alg)).toBe(false)
      }
    }
  })
})

describe('the header', () => {
  const { privateKey, publicKey } = pairs.ES256

  test('does not choose the algorithm', () => {
    const body = `${part({ alg: 'none' })}.${part(payload)}`
    expect(check(`${body}.`)).toBe(false)
    expect(check(`${body}.AAAA`)).toBe(false)
    const pem = pairs.RS256.publicKey.export({ format: 'pem', type: 'spki' })
    const signed = `${part({ alg: 'HS256' })}.${part(payload)}`
    const mac = hmac('sha256', String(pem), [signed]).toString('base64url')
    expect(check(`${signed}.${mac}`, 'RS256')).toBe(false)
    for (const alg of ['none', 'HS256', 'RS256', 'es256', undefined]) {
      const unnamed = `${part({ alg })}.${part(payload)}`
      const signature = signKeyPair('p256', privateKey, [unnamed]).toString('base64url')
      expect(check(`${unnamed}.${signature}`)).toBe(false)
    }
    const other = signJws({ alg: 'ES256' }, payload, privateKey)
    expect(check(other, 'RS256', publicKey)).toBe(false)
    expect(check(other, 'ES256', pairs.RS256.publicKey)).toBe(false)
    expect(check(other, 'ES256', createSecretKey(Buffer.alloc(32, 1)))).toBe(false)
  })

  test('asks for nothing that must be understood', () => {
    const text = signJws({ alg: 'ES256', crit: ['b64'], b64: false }, payload, privateKey)
    expect(readJws(text)).toBeDefined()
    expect(check(text)).toBe(false)
  })
})

test.each([
  ['', 'nothing'],
  ['a.b', 'two parts'],
  [`${part({})}.${part({})}.AAAA.AAAA`, 'four parts'],
  [`${part([])}.${part({})}.AAAA`, 'a header that is a list'],
  [`${part({})}.${part('null')}.AAAA`, 'a payload that is null'],
  [`${part({})}.${part('{')}.AAAA`, 'a payload that is no JSON'],
  [`${part({})}.${part({})}.AB`, 'spare bits'],
  [`${part({})}.${part({})}.A+/A`, 'the other alphabet'],
  [`${part({})}.${part({})}.AA==`, 'padding'],
  [`${part({})}.${part({})}.AAAA\n`, 'a line end'],
  [`${part({})}.${part({ a: 'x'.repeat(300_000) })}.AAAA`, 'a payload over the limit'],
])('%.20s: %s is none', (text) => {
  expect(readJws(text)).toBeUndefined()
})
