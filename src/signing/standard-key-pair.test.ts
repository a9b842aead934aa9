import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { hmac } from './hmac.ts'
import {
  newStandardKeyPair,
  signStandard,
  standardKey,
  standardSecret,
  verifyStandard,
} from './standard.ts'

// The vector of the reference sender's own tests: github.com/svix/svix-webhooks,
// server/svix-server.
const publicSecret = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='
const privateSecret =
  'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=='
const vector = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: Buffer.from('{"test": 2432232314}'),
}
const signatures =
  'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=='
const now = 1_614_265_330
const keys = [standardKey(publicSecret)]

const verify = (changes: object, secrets = keys) =>
  verifyStandard({ ...vector, signatures, ...changes }, { keys: secrets, now })

describe('a signature by a key pair', () => {
  test('is the published one, and verifies with either half', () => {
    expect(signStandard(vector, [privateSecret]).at(-1)).toEqual(['webhook-signature', signatures])
    expect(verify({})).toBe(0)
    expect(verify({}, [standardKey(privateSecret)])).toBe(0)
  })

  test('covers the id, the time and every byte of the body', () => {
    expect(verify({ body: Buffer.from('{"test": 2432232315}') })).toBe('signature_mismatch')
    expect(verify({ id: 'msg_p5jXN8AQM9LWM0D4loKWxJel' })).toBe('signature_mismatch')
    expect(verify({ timestamp: '1614265331' })).toBe('signature_mismatch')
    expect(verify({ signatures: signatures.slice(0, -4) })).toBe('signature_malformed')
  })

  test('stands beside those of a shared secret, and each key finds its own', () => {
    const shared = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const timestamp = String(Math.floor(Date.now() / 1000))
    const headers = signStandard({ ...vector, timestamp }, [privateSecret, shared])
    const both = { ...vector, timestamp, signatures: headers.at(-1)?.[1] ?? '' }
    const options = { now: Number(timestamp) }
    const other = standardKey(newStandardKeyPair().publicSecret)
    for (const secret of [publicSecret, shared]) {
      const tried = [undefined, other, standardKey(secret)]
      expect(verifyStandard(both, { ...options, keys: tried })).toBe(2)
    }
    // The official package knows v1 alone, and is not disturbed by the other.
    const official = new Webhook(shared).verify(vector.body.toString(), Object.fromEntries(headers))
    expect(official).toEqual({ test: 2432232314 })
  })
})

describe('the public key, which everybody may know', () => {
  test('is never the key of a MAC, in whatever form it is decoded', () => {
    const text = publicSecret.slice('whpk_'.length)
    const guesses = [
      publicSecret,
      text,
      Buffer.from(publicSecret, 'base64'),
      Buffer.from(text, 'base64'),
    ]
    const parts = [`${vector.id}.${vector.timestamp}.`, vector.body]
    const shapes = [
      standardSecret,
      { form: 'text' },
      { ...standardSecret, unprefixed: 'text' },
    ] as const
    for (const shape of shapes) {
      for (const guess of guesses) {
        const mac = hmac('sha256', guess, parts).toString('base64')
        const secrets = [standardKey(publicSecret, shape)]
        expect(verify({ signatures: `v1,${mac}` }, secrets)).toBe('signature_mismatch')
      }
    }
  })

  test('does not sign', () => {
    expect(() => signStandard(vector, [publicSecret])).toThrow('A public key can not sign.')
  })
})

describe('standardKey', () => {
  test('has none for halves that are cut, of another pair, or empty', () => {
    const other = newStandardKeyPair()
    const mixed = Buffer.concat([
      Buffer.from(privateSecret.slice(5), 'base64').subarray(0, 32),
      Buffer.from(other.publicSecret.slice(5), 'base64'),
    ])
    const none = [
      'whpk_',
      'whsk_',
      publicSecret.slice(0, -4),
      privateSecret.slice(0, -4),
      `${publicSecret} `,
      `whsk_${mixed.toString('base64')}`,
      `whpk_${Buffer.alloc(32).toString('base64')}`,
    ]
    for (const secret of none) expect(standardKey(secret)).toBeUndefined()
  })

  test('takes a private key with or without its public half', () => {
    const seed = Buffer.from(privateSecret.slice(5), 'base64').subarray(0, 32)
    const alone = `whsk_${seed.toString('base64')}`
    expect(signStandard(vector, [alone])).toEqual(signStandard(vector, [privateSecret]))
  })

  test('reads the pairs that are made here', () => {
    const pair = newStandardKeyPair()
    const list = signStandard(vector, [pair.privateSecret]).at(-1)?.[1]
    expect(verify({ signatures: list }, [standardKey(pair.publicSecret)])).toBe(0)
    expect(verify({ signatures: list })).toBe('signature_mismatch')
  })
})
