/**
 * Checks admin keys: that of the environment, which may do all, and those of the database, each
 * with a scope and an end. Wrong keys are counted and refused with 429 when there are too many. A
 * right one is let in also then, because otherwise anybody could lock the operator out. Guessing is
 * hopeless at any rate: keys are long.
 */
import { createHash, randomBytes } from 'node:crypto'
import { equalBytes } from '../../base/bytes.ts'
import { HooklineError } from '../../base/errors.ts'
import type { AdminScope } from '../../storage/admin-keys.ts'
import type { AdminCredentials, Served } from '../served.ts'
import { type Attempts, newAttempts, takeAttempt } from './attempts.ts'

/** Of one address, so many wrong keys at once, and one more after each interval. */
export const wrongKeysMax = 20
export const wrongKeyEveryMs = 3_000
const wrongKeysInAllMax = 200
const wrongKeyInAllEveryMs = 300

/** How the keys of the database begin, so that they are known where they do not belong. */
export const adminKeyPrefix = 'hookline_admin_'
const adminKeyBytes = 32

export interface AdmittedKey {
  readonly scope: AdminScope
  /** Null: it is the one of the environment. */
  readonly adminKeyId: string | null
}

type Authority = Pick<Served, 'admin' | 'clock' | 'log' | 'storage'>

const wrongKeysOf = new WeakMap<AdminCredentials, Attempts>()

/** @throws HooklineError `too_many_attempts` for a wrong key after too many of them. */
export async function admitKey(
  authority: Authority,
  given: string,
  address: string,
): Promise<AdmittedKey | undefined> {
  const { admin, storage } = authority
  // Digests have one length: not even the length of the key can be told from the time it takes.
  const isOwn = admin.key !== undefined && equalBytes(digest(given), digest(admin.key))
  if (isOwn) return { scope: 'admin', adminKeyId: null }
  if (given.startsWith(adminKeyPrefix)) {
    const key = await storage.admitAdminKey(hashOf(given))
    if (key) return { scope: key.scope, adminKeyId: key.id }
  }
  countWrongKey(authority, address)
  return undefined
}

/** A key for the database: shown once, and kept as a hash. */
export function newAdminKey(): { readonly key: string; readonly hash: string } {
  const key = adminKeyPrefix + randomBytes(adminKeyBytes).toString('base64url')
  return { key, hash: hashOf(key) }
}

export function hashOf(secret: string): string {
  return digest(secret).toString('hex')
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function countWrongKey({ admin, clock, log }: Authority, address: string): void {
  const attempts = wrongKeysOf.get(admin) ?? newWrongKeys()
  wrongKeysOf.set(admin, attempts)
  if (takeAttempt(attempts, address, clock.now())) return
  log.warn('too many wrong admin keys were tried')
  throw new HooklineError(
    'too_many_attempts',
    'Too many wrong admin keys were tried. A program likely has an old key, or somebody is ' +
      'guessing. Correct the key, and wait before the next attempt.',
  )
}

function newWrongKeys(): Attempts {
  return newAttempts({
    perAddress: { attemptsMax: wrongKeysMax, everyMs: wrongKeyEveryMs },
    inAll: { attemptsMax: wrongKeysInAllMax, everyMs: wrongKeyInAllEveryMs },
  })
}
