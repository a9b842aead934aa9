/**
 * JSON Web Signatures in the compact form, read strictly: three parts in canonical base64url, a
 * header that asks for nothing unknown, and the one algorithm that the caller names. Specification:
 * RFC 7515.
 */
import type { KeyObject } from 'node:crypto'
import { decodeUtf8 } from '../base/bytes.ts'
import { type JsonObject, parseJson } from '../base/json.ts'
import { type KeyPairAlgorithm, signKeyPair, verifyKeyPair } from './key-pair.ts'

/** Read, and not yet verified: nothing in it is to be believed. */
export interface Jws {
  readonly header: JsonObject
  readonly payload: JsonObject
  /** What is signed: the first two parts as they were written. */
  readonly signed: string
  readonly signature: Buffer
}

export type JwsAlgorithm = 'ES256' | 'RS256'

const algorithms = { ES256: 'p256', RS256: 'rsa-sha256' } as const satisfies Record<
  JwsAlgorithm,
  KeyPairAlgorithm
>

/** Three certificates and what is said about a purchase are about 10,000 characters. */
const charactersMax = 262_144

export function readJws(text: string): Jws | undefined {
  const parts = text.length > charactersMax ? [] : text.split('.')
  const [headerPart, payloadPart, signaturePart] = parts
  if (parts.length !== 3 || !headerPart || !payloadPart || !signaturePart) return undefined
  const header = readObject(headerPart)
  const payload = readObject(payloadPart)
  const signature = decodeBase64Url(signaturePart)
  if (!header || !payload || !signature) return undefined
  return { header, payload, signed: `${headerPart}.${payloadPart}`, signature }
}

/** Whether it was made by the key's other half in this algorithm, whatever it says of itself. */
export function verifyJws(jws: Jws, algorithm: JwsAlgorithm, key: KeyObject): boolean {
  // Extensions that must be understood are not: one of them changes what is signed.
  if (jws.header.alg !== algorithm || Object.hasOwn(jws.header, 'crit')) return false
  return verifyKeyPair(algorithms[algorithm], key, [jws.signed], jws.signature)
}

export function signJws(
  header: JsonObject & { readonly alg: JwsAlgorithm },
  payload: string,
  key: KeyObject,
): string {
  const parts = [JSON.stringify(header), payload].map((part) =>
    Buffer.from(part).toString('base64url'),
  )
  const signature = signKeyPair(algorithms[header.alg], key, [parts.join('.')])
  return [...parts, signature.toString('base64url')].join('.')
}

/** Canonical, as RFC 7515 has it: no padding, no spare bits, no other characters. */
function decodeBase64Url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

function readObject(part: string): JsonObject | undefined {
  const bytes = decodeBase64Url(part)
  const value = bytes && parseJson(decodeUtf8(bytes) ?? '')
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value)
  return isObject ? value : undefined
}
