/**
 * Signatures by key pairs over bytes: Ed25519, ECDSA on P-256, and RSA with PKCS #1 v1.5 padding.
 * Knows no company and no header. A key of another kind than the algorithm's verifies nothing, so
 * that whoever sends a signature never chooses how it is checked.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import type { Part } from './hmac.ts'

/**
 * `p256` is the two numbers one after the other, 64 bytes, as in JSON Web Signatures; `-der` is
 * ASN.1.
 */
export type KeyPairAlgorithm = 'ed25519' | 'p256' | 'p256-der' | 'rsa-sha1' | 'rsa-sha256'

interface Algorithm {
  readonly digest: 'sha1' | 'sha256' | null
  readonly keyType: 'ed25519' | 'ec' | 'rsa'
  readonly dsaEncoding?: 'der' | 'ieee-p1363'
}

const algorithms = {
  ed25519: { digest: null, keyType: 'ed25519' },
  p256: { digest: 'sha256', keyType: 'ec', dsaEncoding: 'ieee-p1363' },
  'p256-der': { digest: 'sha256', keyType: 'ec', dsaEncoding: 'der' },
  'rsa-sha1': { digest: 'sha1', keyType: 'rsa' },
  'rsa-sha256': { digest: 'sha256', keyType: 'rsa' },
} as const satisfies Record<KeyPairAlgorithm, Algorithm>

const newRsaBits = 2048
const ed25519Bytes = 32
/** What stands before the 32 bytes of a private Ed25519 key in PKCS #8. */
const pkcs8Ed25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Whether the key's other half made the signature over these parts. Never throws. */
export function verifyKeyPair(
  algorithm: KeyPairAlgorithm,
  key: KeyObject,
  parts: readonly Part[],
  signature: Uint8Array,
): boolean {
  const { digest, ...options } = algorithms[algorithm]
  if (!fits(key, algorithms[algorithm])) return false
  try {
    return verify(digest, joined(parts), { key, ...options }, signature)
  } catch {
    return false
  }
}

export function signKeyPair(
  algorithm: KeyPairAlgorithm,
  key: KeyObject,
  parts: readonly Part[],
): Buffer {
  const { digest, ...options } = algorithms[algorithm]
  if (!fits(key, algorithms[algorithm])) throw new TypeError(`The key is none of ${algorithm}.`)
  return sign(digest, joined(parts), { key, ...options })
}

function fits({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, { keyType }: Algorithm) {
  if (asymmetricKeyType !== keyType) return false
  return keyType !== 'ec' || asymmetricKeyDetails?.namedCurve === 'prime256v1'
}

function joined(parts: readonly Part[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}

/** A public Ed25519 key of its 32 bytes; undefined where they are none that can be relied on. */
export function ed25519PublicKey(raw: Uint8Array): KeyObject | undefined {
  if (raw.byteLength !== ed25519Bytes || isOfSmallOrder(raw)) return undefined
  const x = Buffer.from(raw).toString('base64url')
  return keyOrNone(() => createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }))
}

/** A private Ed25519 key of the 32 bytes that it grows from. */
export function ed25519PrivateKey(seed: Uint8Array): KeyObject | undefined {
  if (seed.byteLength !== ed25519Bytes) return undefined
  const key = Buffer.concat([pkcs8Ed25519, seed])
  return keyOrNone(() => createPrivateKey({ key, format: 'der', type: 'pkcs8' }))
}

/** The 32 bytes of an Ed25519 key's public half. */
export function ed25519PublicBytes(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(-ed25519Bytes)
}

/** A public key of its SubjectPublicKeyInfo in DER; undefined where the bytes are none. */
export function spkiPublicKey(der: Uint8Array): KeyObject | undefined {
  return keyOrNone(() => createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' }))
}

export function newKeyPair(algorithm: KeyPairAlgorithm): {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
} {
  switch (algorithms[algorithm].keyType) {
    case 'ed25519':
      return generateKeyPairSync('ed25519')
    case 'ec':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: newRsaBits })
  }
}

function keyOrNone(make: () => KeyObject): KeyObject | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}

/**
 * The points whose order is at most 8, by their y with the sign left out, and the two that are
 * another writing of 0 and 1. Under such a key, all zeros among them, OpenSSL 3.0 lets anybody
 * write signatures that verify.
 */
const smallOrder = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

function isOfSmallOrder(raw: Uint8Array): boolean {
  const y = Buffer.from(raw)
  y[ed25519Bytes - 1] = (raw[ed25519Bytes - 1] ?? 0) & 0x7f
  return smallOrder.has(y.toString('hex'))
}
