import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { hmac } from './hmac.ts'
import { secretKey } from './secret.ts'
import { signStandard, standardSecret, verifyStandard } from './standard.ts'

// The vector of the specification's own libraries.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const vector = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: Buffer.from('{"test": 2432232314}'),
}
const signatures = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
const now = 1_614_265_330
const keys = [secretKey(secret, standardSecret)]

describe('signStandard', () => {
  test('gives the published signature', () => {
    expect(signStandard(vector, [secret])).toEqual([
      ['webhook-id', vector.id],
      ['webhook-timestamp', vector.timestamp],
      ['webhook-signature', signatures],
    ])
  })

  test('signs with each secret of a rotation, and the official verifier takes either', () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const timestamp = String(Math.floor(Date.now() / 1000))
    const headers = Object.fromEntries(signStandard({ ...vector, timestamp }, [other, secret]))
    for (const one of [other, secret]) {
      expect(new Webhook(one).verify(vector.body.toString(), headers)).toEqual({ test: 2432232314 })
    }
  })

  test('refuses to send what is not signed', () => {
    expect(() => signStandard(vector, [])).toThrow(TypeError)
    expect(() => signStandard(vector, [secret, 'whsec_'])).toThrow(TypeError)
    expect(() => signStandard({ ...vector, id: 'msg.1' }, [secret])).toThrow(TypeError)
  })
})

describe('verifyStandard', () => {
  const verify = (changes: object) =>
    verifyStandard({ ...vector, signatures, ...changes }, { keys, now })

  test('accepts the published signature, alone and among others', () => {
    expect(verify({})).toBe(0)
    expect(verify({ signatures: `v1,AAAA v2,x v1a,y ${signatures}` })).toBe(0)
  })

  test('an id with a full stop could be cut elsewhere, and is refused well signed', () => {
    // `msg_1.1614265330` + `.` + `1614265331.{}` signs the same bytes as id `msg_1` with another
    // body.
    const id = 'msg_1.1614265330'
    const mac = hmac('sha256', keys[0] ?? '', ['msg_1.1614265330.1614265331.{}']).toString('base64')
    const cut = { id, timestamp: '1614265331', body: Buffer.from('{}'), signatures: `v1,${mac}` }
    expect(verify(cut)).toBe('id_malformed')
  })

  test.each(['1614265330abc', '1614265330.0', ' 1614265330', 'NaN', ''])(
    'the time %j is refused although it is signed',
    (timestamp) => {
      const parts = [`${vector.id}.${timestamp}.`, vector.body]
      const mac = hmac('sha256', keys[0] ?? '', parts).toString('base64')
      expect(verify({ timestamp, signatures: `v1,${mac}` })).toBe('timestamp_malformed')
    },
  )

  test('two lists that were joined are refused', () => {
    for (const joined of [`${signatures}, ${signatures}`, `x, ${signatures}`, `${signatures},`]) {
      expect(verify({ signatures: joined })).toBe('signature_malformed')
    }
  })

  test('other versions are never fallen back to', () => {
    const bare = signatures.slice('v1,'.length)
    for (const version of ['v0,', 'v1a,', 'v10,', 'V1,', '']) {
      expect(verify({ signatures: `${version}${bare}` })).toBe('signature_malformed')
    }
  })

  test('keys that are missing or empty never match', () => {
    const mac = hmac('sha256', '', [`${vector.id}.${now}.`, vector.body])
    const forged = `v1,${mac.toString('base64')}`
    const message = { ...vector, signatures: forged }
    expect(verifyStandard(message, { keys: [undefined, Buffer.alloc(0), ''], now })).toBe(
      'signature_mismatch',
    )
  })
})
