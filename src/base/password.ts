/**
 * Passwords as Argon2id hashes, in the text form of their contest (PHC). Hashing is slow and takes
 * much memory by intent; how often it may be asked for is for the caller to limit.
 */
import * as crypto from 'node:crypto'
import { equalBytes } from './bytes.ts'
import { HooklineError } from './errors.ts'

export interface PasswordHash {
  readonly memoryKib: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Uint8Array
  readonly tag: Uint8Array
}

export const passwordCharactersMin = 12
export const passwordCharactersMax = 256

/** The second choice of RFC 9106, section 4: for machines that have other things to do as well. */
const memoryKibDefault = 65_536
const passesDefault = 3
const parallelismDefault = 4
const saltBytes = 16
const tagBytes = 32

/** A hash from outside must not be able to take all memory or all time. */
const memoryKibMax = 1_048_576
const passesMax = 16
const parallelismMax = 16
const hashCharactersMax = 400

const form =
  /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** Undefined where it is no Argon2id hash, or beyond the limits. */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const match = text.length > hashCharactersMax ? null : form.exec(text)
  if (match === null) return undefined
  const [memoryKib = 0, passes = 0, parallelism = 0] = match.slice(1, 4).map(Number)
  const salt = Buffer.from(match[4] ?? '', 'base64')
  const tag = Buffer.from(match[5] ?? '', 'base64')
  const isWithin =
    memoryKib <= memoryKibMax &&
    passes >= 1 &&
    passes <= passesMax &&
    parallelism >= 1 &&
    parallelism <= parallelismMax &&
    memoryKib >= 8 * parallelism &&
    salt.length >= 8 &&
    tag.length >= 16
  return isWithin ? { memoryKib, passes, parallelism, salt, tag } : undefined
}

/** @throws HooklineError `runtime_too_old`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.randomBytes(saltBytes)
  const costs = {
    memoryKib: memoryKibDefault,
    passes: passesDefault,
    parallelism: parallelismDefault,
  }
  const tag = await argon2id(password, { ...costs, salt, tag: new Uint8Array(tagBytes) })
  const encoded = [salt, tag].map((part) => part.toString('base64').replace(/=+$/, ''))
  const { memoryKib, passes, parallelism } = costs
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${encoded.join('$')}`
}

/** @throws HooklineError `runtime_too_old`. */
export async function isPassword(password: string, hash: PasswordHash): Promise<boolean> {
  if (password.length > passwordCharactersMax) return false
  return equalBytes(await argon2id(password, hash), hash.tag)
}

/** @throws HooklineError `runtime_too_old` where this Node has no Argon2. */
export function requireArgon2(): void {
  if (typeof crypto.argon2 === 'function') return
  throw new HooklineError(
    'runtime_too_old',
    `A password needs Argon2, which this Node ${process.versions.node} does not have. It is ` +
      'older than 24.7. Start it with Node 24.7 or newer, or sign in with an admin key instead.',
  )
}

function argon2id(
  password: string,
  { memoryKib, passes, parallelism, salt, tag }: PasswordHash,
): Promise<Buffer> {
  requireArgon2()
  const parameters = {
    // The same text can be typed as different characters; NIST SP 800-63B asks for one form.
    message: password.normalize('NFKC'),
    nonce: salt,
    parallelism,
    tagLength: tag.length,
    memory: memoryKib,
    passes,
  }
  return new Promise((resolve, reject) => {
    crypto.argon2('argon2id', parameters, (error, derived) => {
      if (error) reject(error)
      else resolve(derived)
    })
  })
}
