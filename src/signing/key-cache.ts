/**
 * Keeps what was made of a secret, because making a key costs as much as the digest of an event.
 * Asked by the secret itself, so that a secret that is no longer a source's is never accepted from
 * here. It holds no more than so many, and shows them to nobody.
 */
import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Part } from './hmac.ts'
import { type SecretShape, secretKey } from './secret.ts'

/** Some sources with some secrets each; beyond it the one that was made first makes room. */
export const keysMax = 256

/** The same function, which remembers its answers. */
export function rememberKeys<Key>(make: (secret: string) => Key): (secret: string) => Key {
  const keys = new Map<string, { readonly key: Key }>()
  return (secret) => {
    const kept = keys.get(secret)
    if (kept) return kept.key
    const key = make(secret)
    const [oldest] = keys.keys()
    if (keys.size === keysMax && oldest !== undefined) keys.delete(oldest)
    keys.set(secret, { key })
    return key
  }
}

/** The key of a secret, in the form in which a digest takes it at once. Text is one already. */
export function readyKey(key: Part): string | KeyObject {
  return typeof key === 'string' ? key : createSecretKey(key)
}

/** Finds the keys of secrets of this shape. */
export function macKeys(shape: SecretShape): (secret: string) => string | KeyObject | undefined {
  return rememberKeys((secret) => {
    const key = secretKey(secret, shape)
    return key === undefined ? undefined : readyKey(key)
  })
}
