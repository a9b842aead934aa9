/**
 * Sealing: AES-256-GCM with a fresh random nonce for each seal, bound to what it is about. Each
 * data key seals one value, and the master key few data keys, so that no nonce comes twice.
 * Specification: NIST SP 800-38D
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
export const dataKeyBytes = 32

/** What a sealed value belongs to. Sealed for one thing, it can not be opened as another. */
export type About = readonly (string | number)[]

export interface Sealing {
  seal(key: Uint8Array, plain: Uint8Array, about: About): Uint8Array
  /** Undefined where the key, the bytes or what they are about is not that of the seal. */
  open(key: Uint8Array, sealed: Uint8Array, about: About): Uint8Array | undefined
}

/** Nonce, ciphertext and tag, in one. */
export const aesGcm: Sealing = {
  seal: (key, plain, about) => {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
    cipher.setAAD(bytesOf(about))
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  },
  open: (key, sealed, about) => {
    if (sealed.byteLength < nonceBytes + tagBytes) return undefined
    const tagAt = sealed.byteLength - tagBytes
    // The length is said, because Node takes tags of any length otherwise, and short ones are weak.
    const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
    decipher.setAAD(bytesOf(about))
    decipher.setAuthTag(sealed.subarray(tagAt))
    try {
      const plain = decipher.update(sealed.subarray(nonceBytes, tagAt))
      return Buffer.concat([plain, decipher.final()])
    } catch {
      return undefined
    }
  },
}

/** As a JSON list, which has one text for each list and no two lists with the same. */
function bytesOf(about: About): Buffer {
  return Buffer.from(JSON.stringify(about))
}
