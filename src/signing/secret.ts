/**
 * From the text of a secret to the bytes of a key. An empty secret, one of white space or one that is
 * only its prefix gives no key, so that it can never match: everybody knows the empty key.
 */
import { randomBytes } from 'node:crypto'
import type { Part } from './hmac.ts'

/** `text`: the secret's own characters, prefix included. The others: what stands after the prefix, decoded. */
export type KeyForm = 'text' | 'base64' | 'hex'

export interface SecretShape {
  readonly form: KeyForm
  /** Such as `whsec_`. A secret may come without it. */
  readonly prefix?: string
}

/** Bytes of a secret that Hookline makes itself. */
const newSecretBytes = 32

/** The key, or undefined where the text holds none. */
export function secretKey(secret: string, shape: SecretShape): Part | undefined {
  const prefix = shape.prefix ?? ''
  const rest = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret
  if (rest.trim() === '') return undefined
  if (shape.form === 'text') return secret
  const key = Buffer.from(rest, shape.form)
  // Buffer.from drops what it does not understand; a key that is not the whole secret is another key.
  return key.length > 0 && isWhole(rest, key, shape.form) ? key : undefined
}

function isWhole(text: string, key: Buffer, form: 'base64' | 'hex'): boolean {
  if (form === 'hex') return key.toString('hex') === text.toLowerCase()
  // Consoles show keys with and without padding, and in both alphabets.
  const plain = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
  return key.toString('base64').replace(/=+$/, '') === plain
}

/** A fresh secret of the shape. */
export function newSecret(shape: SecretShape): string {
  const encoding = shape.form === 'hex' ? 'hex' : 'base64'
  return `${shape.prefix ?? ''}${randomBytes(newSecretBytes).toString(encoding)}`
}
