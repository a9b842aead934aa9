/**
 * From the text of a secret to the bytes of a key. An empty secret, one of white space or one that
 * is only its prefix gives no key, so that it can never match: everybody knows the empty key.
 */
import { randomBytes } from 'node:crypto'
import type { Part } from './hmac.ts'

/**
 * `text`: the secret's own characters, prefix included. The others: what stands after the prefix,
 * decoded.
 */
export type KeyForm = 'text' | 'base64' | 'hex'

export interface SecretShape {
  readonly form: KeyForm
  /**
   * Such as `whsec_`; of several, the first that the secret begins with. A secret may come
   * without.
   */
  readonly prefix?: string | readonly string[]
  /** How a secret without the prefix is read. Absent: in the same form. */
  readonly unprefixed?: KeyForm
}

/**
 * Bytes of a secret that Hookline makes: 40 characters as text, the most that Lemon Squeezy
 * takes.
 */
const newSecretBytes = 30

/** The key, or undefined where the text holds none. */
export function secretKey(secret: string, shape: SecretShape): Part | undefined {
  const prefix = prefixesOf(shape).find((candidate) => secret.startsWith(candidate))
  const rest = prefix === undefined ? secret : secret.slice(prefix.length)
  if (rest.trim() === '') return undefined
  const form = prefix === undefined ? (shape.unprefixed ?? shape.form) : shape.form
  if (form === 'text') return secret
  const key = Buffer.from(rest, form)
  // Buffer.from drops what it does not understand; a key that is not the whole secret is another
  // key.
  return key.length > 0 && isWhole(rest, key, form) ? key : undefined
}

/** A fresh secret of the shape. */
export function newSecret(shape: SecretShape): string {
  const encoding = shape.form === 'text' ? 'base64url' : shape.form
  return `${prefixesOf(shape)[0] ?? ''}${randomBytes(newSecretBytes).toString(encoding)}`
}

function prefixesOf({ prefix = [] }: SecretShape): readonly string[] {
  return typeof prefix === 'string' ? [prefix] : prefix
}

function isWhole(text: string, key: Buffer, form: 'base64' | 'hex'): boolean {
  if (form === 'hex') return key.toString('hex') === text.toLowerCase()
  // Consoles show keys with and without padding, and in both alphabets.
  const plain = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
  return key.toString('base64').replace(/=+$/, '') === plain
}
