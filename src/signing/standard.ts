/**
 * Standard Webhooks, symmetric signatures (`v1`) and those of key pairs (`v1a`): sign and verify.
 * The secret says which of the two counts; other versions in a signature list are passed over,
 * never fallen back to. Specification: https://www.standardwebhooks.com
 */
import { KeyObject } from 'node:crypto'
import { decodeBase64 } from '../base/bytes.ts'
import { decodeMac, findKey, hmac, type MacKey, type Part, signaturesMax } from './hmac.ts'
import {
  ed25519PrivateKey,
  ed25519PublicBytes,
  ed25519PublicKey,
  newKeyPair,
  signKeyPair,
  verifyKeyPair,
} from './key-pair.ts'
import { type SecretShape, secretKey } from './secret.ts'
import { checkTime, parseTime } from './timestamp.ts'

export const standardSecret = { form: 'base64', prefix: 'whsec_' } as const satisfies SecretShape

export const standardToleranceSeconds = 300

/** The bytes of a shared secret, or a half of an Ed25519 key pair. */
export type StandardKey = MacKey

const publicKeyPrefix = 'whpk_'
const privateKeyPrefix = 'whsk_'
const seedBytes = 32
const ed25519SignatureBytes = 64

/**
 * The key of a secret, or undefined where it holds none. A public key is never the key of a MAC,
 * whatever the shape: everybody who knows it could sign.
 */
export function standardKey(
  secret: string,
  shape: SecretShape = standardSecret,
): StandardKey | undefined {
  if (secret.startsWith(publicKeyPrefix)) {
    return ed25519PublicKey(decodeBase64(secret.slice(publicKeyPrefix.length)) ?? Buffer.alloc(0))
  }
  if (secret.startsWith(privateKeyPrefix)) {
    return privateKey(decodeBase64(secret.slice(privateKeyPrefix.length)) ?? Buffer.alloc(0))
  }
  return secretKey(secret, shape)
}

/** The seed, most often with the public half after it, which must then be its own. */
function privateKey(bytes: Uint8Array): KeyObject | undefined {
  const key = ed25519PrivateKey(bytes.subarray(0, seedBytes))
  if (!key || bytes.byteLength === seedBytes) return key
  return ed25519PublicBytes(key).equals(bytes.subarray(seedBytes)) ? key : undefined
}

/**
 * A fresh Ed25519 pair as its secrets are written: the receiver is given `whpk_`, the sender
 * `whsk_`.
 */
export function newStandardKeyPair(): {
  readonly publicSecret: string
  readonly privateSecret: string
} {
  const { privateKey, publicKey } = newKeyPair('ed25519')
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-seedBytes)
  const publicBytes = ed25519PublicBytes(publicKey)
  const both = Buffer.concat([seed, publicBytes])
  return {
    publicSecret: `${publicKeyPrefix}${publicBytes.toString('base64')}`,
    privateSecret: `${privateKeyPrefix}${both.toString('base64')}`,
  }
}

export interface StandardMessage {
  readonly id: string
  /** Unix seconds, as they stand in the header. */
  readonly timestamp: string
  readonly body: Uint8Array
}

export type StandardRefusal =
  | 'id_malformed'
  | 'timestamp_malformed'
  | 'timestamp_too_old'
  | 'timestamp_in_future'
  | 'signature_malformed'
  | 'signature_mismatch'

/** A full stop in an id would let `id.timestamp.body` be cut in another place. */
const messageId = /^[\x21-\x2d\x2f-\x7e]{1,256}$/

/**
 * The headers of a message, signed with each secret: the receiver of a rotated endpoint knows one
 * of them.
 * @example signStandard({ id: 'msg_1', timestamp: '1700000000', body }, ['whsec_…'])
 */
export function signStandard(
  message: StandardMessage,
  secrets: readonly string[],
): [name: string, value: string][] {
  const keys = secrets.map((secret) => standardKey(secret))
  return [
    ['webhook-id', message.id],
    ['webhook-timestamp', message.timestamp],
    ['webhook-signature', standardSignatures(message, keys)],
  ]
}

/**
 * The signature list; throws where a key is missing, because an unsigned message must not go out.
 */
export function standardSignatures(
  message: StandardMessage,
  keys: readonly (StandardKey | undefined)[],
): string {
  if (!messageId.test(message.id)) throw new TypeError('The id of the message can not be signed.')
  if (keys.length === 0) throw new TypeError('There is no secret to sign with.')
  return keys.map((key) => standardSignature(message, key)).join(' ')
}

function standardSignature(message: StandardMessage, key: StandardKey | undefined): string {
  if (key === undefined) throw new TypeError('The secret to sign with is empty or not base64.')
  const parts = signedParts(message)
  if (!isHalf(key)) return `v1,${hmac('sha256', key, parts).toString('base64')}`
  if (key.type !== 'private') throw new TypeError('A public key can not sign.')
  return `v1a,${signKeyPair('ed25519', key, parts).toString('base64')}`
}

/** The place of the key that made one of the signatures, or why there is none. */
export function verifyStandard(
  message: StandardMessage & { readonly signatures: string },
  options: {
    readonly keys: readonly (StandardKey | undefined)[]
    /** Unix seconds. */
    readonly now: number
    readonly toleranceSeconds?: number
  },
): number | StandardRefusal {
  if (!messageId.test(message.id)) return 'id_malformed'
  const atMs = parseTime(message.timestamp, 's')
  if (atMs === undefined) return 'timestamp_malformed'
  const { keys, now, toleranceSeconds = standardToleranceSeconds } = options
  const late = checkTime(atMs, now, toleranceSeconds)
  if (late) return late
  const signatures = readSignatures(message.signatures)
  if (signatures.macs.length + signatures.ed25519.length === 0) return 'signature_malformed'
  return findStandardKey(keys, signedParts(message), signatures) ?? 'signature_mismatch'
}

function signedParts({ id, timestamp, body }: StandardMessage): Part[] {
  return [`${id}.${timestamp}.`, body]
}

/** By version: a key is held against the signatures of its own kind alone. */
interface StandardSignatures {
  readonly macs: readonly Buffer[]
  readonly ed25519: readonly Buffer[]
}

function findStandardKey(
  keys: readonly (StandardKey | undefined)[],
  parts: readonly Part[],
  { macs, ed25519 }: StandardSignatures,
): number | undefined {
  const macKeys = keys.map((key) => (key === undefined || isHalf(key) ? undefined : key))
  const index = macs.length === 0 ? -1 : findKey(macKeys, 'sha256', parts, macs)
  if (index !== -1) return index
  const found = keys.findIndex(
    (key) =>
      key !== undefined &&
      isHalf(key) &&
      ed25519.some((signature) => verifyKeyPair('ed25519', key, parts, signature)),
  )
  return found === -1 ? undefined : found
}

/** Of a key pair, never the key of a code, which may be a `KeyObject` as well. */
function isHalf(key: StandardKey): key is KeyObject {
  return key instanceof KeyObject && key.type !== 'secret'
}

/**
 * None where the list holds a comma of its own: two headers were joined, and which counts is
 * unknown.
 */
function readSignatures(list: string): StandardSignatures {
  const macs: Buffer[] = []
  const ed25519: Buffer[] = []
  for (const entry of list.split(' ')) {
    if (entry.endsWith(',') || entry.indexOf(',') !== entry.lastIndexOf(',')) {
      return { macs: [], ed25519: [] }
    }
    if (macs.length + ed25519.length === signaturesMax) continue
    if (entry.startsWith('v1,')) {
      const mac = decodeMac(entry.slice('v1,'.length), 'sha256', 'base64')
      if (mac) macs.push(mac)
    } else if (entry.startsWith('v1a,')) {
      const signature = decodeBase64(entry.slice('v1a,'.length))
      if (signature?.byteLength === ed25519SignatureBytes) ed25519.push(signature)
    }
  }
  return { macs, ed25519 }
}
