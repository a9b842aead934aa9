import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  ed25519PrivateKey,
  ed25519PublicBytes,
  ed25519PublicKey,
  type KeyPairAlgorithm,
  newKeyPair,
  signKeyPair,
  spkiPublicKey,
  verifyKeyPair,
} from './key-pair.ts'

const algorithms: KeyPairAlgorithm[] = ['ed25519', 'p256', 'p256-der', 'rsa-sha1', 'rsa-sha256']
const parts = ['1700000000', Buffer.from([0xff, 0x00, 0x0a])]

describe.each(algorithms)('%s', (algorithm) => {
  const { publicKey, privateKey } = newKeyPair(algorithm)
  const signature = signKeyPair(algorithm, privateKey, parts)

  test('verifies what the other half signed, and nothing changed', () => {
    const check = (changed: typeof parts, made: Uint8Array) =>
      verifyKeyPair(algorithm, publicKey, changed, made)
    expect(check(parts, signature)).toBe(true)
    expect(check(['17000000', Buffer.from([0x30, 0x30, 0xff, 0x00, 0x0a])], signature)).toBe(true)
    expect(check(['1700000001', ...parts.slice(1)], signature)).toBe(false)
    expect(check([...parts, '\n'], signature)).toBe(false)
    expect(check(parts, signature.subarray(0, -1))).toBe(false)
    expect(check(parts, Buffer.concat([signature, Buffer.alloc(1)]))).toBe(false)
    expect(check(parts, Buffer.alloc(signature.length))).toBe(false)
    expect(check(parts, Buffer.alloc(0))).toBe(false)
  })

  test('refuses keys of another kind, whatever the signature', () => {
    for (const other of algorithms) {
      const key = newKeyPair(other).publicKey
      expect(verifyKeyPair(algorithm, key, parts, signature)).toBe(false)
      expect(verifyKeyPair(other, publicKey, parts, signature)).toBe(other === algorithm)
    }
  })
})

test('a curve other than P-256 is another kind of key', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  expect(() => signKeyPair('p256', privateKey, parts)).toThrow(TypeError)
  expect(verifyKeyPair('p256', publicKey, parts, Buffer.alloc(64, 1))).toBe(false)
})

// RFC 8032, 7.1, tests 1 and 2.
const published = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
]

describe('Ed25519 keys of their bytes', () => {
  test.each(published)('give the published signature of $message', (vector) => {
    const bytes = (hex: string) => Buffer.from(hex, 'hex')
    const privateKey = ed25519PrivateKey(bytes(vector.seed))
    const publicKey = ed25519PublicKey(bytes(vector.publicKey))
    if (!privateKey || !publicKey) throw new Error('Both are keys.')
    expect(ed25519PublicBytes(privateKey).toString('hex')).toBe(vector.publicKey)
    expect(ed25519PublicBytes(publicKey).toString('hex')).toBe(vector.publicKey)
    const signature = signKeyPair('ed25519', privateKey, [bytes(vector.message)])
    expect(signature.toString('hex')).toBe(vector.signature)
    expect(verifyKeyPair('ed25519', publicKey, [bytes(vector.message)], signature)).toBe(true)
  })

  test('of another length are none', () => {
    for (const length of [0, 31, 33, 64]) {
      expect(ed25519PublicKey(Buffer.alloc(length, 9))).toBeUndefined()
      expect(ed25519PrivateKey(Buffer.alloc(length, 9))).toBeUndefined()
    }
  })

  test('under which anybody can sign are none', () => {
    const one = Buffer.alloc(32)
    one[0] = 1
    expect(ed25519PublicKey(one)).toBeUndefined()
    expect(ed25519PublicKey(Buffer.alloc(32))).toBeUndefined()
    one[31] = 0x80
    expect(ed25519PublicKey(one)).toBeUndefined()
  })
})

test('bytes that are no SubjectPublicKeyInfo give no key', () => {
  const der = newKeyPair('p256').publicKey.export({ format: 'der', type: 'spki' })
  expect(spkiPublicKey(der)?.asymmetricKeyType).toBe('ec')
  expect(spkiPublicKey(der.subarray(0, -1))).toBeUndefined()
  expect(spkiPublicKey(Buffer.alloc(0))).toBeUndefined()
})
