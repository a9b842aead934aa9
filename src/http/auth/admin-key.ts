/**
 * Checks the admin key. Wrong keys are counted per process and refused with 429 when there are too
 * many. The right key is let in also then, because otherwise anybody could lock the operator out.
 * Guessing is hopeless at any rate: the configuration takes long keys only.
 */
import { createHash } from 'node:crypto'
import { equalBytes } from '../../base/bytes.ts'
import { HooklineError } from '../../base/errors.ts'
import type { AdminCredentials, Served } from '../served.ts'

/** So many wrong keys at once, and one more after each interval. */
export const wrongKeysMax = 20
export const wrongKeyEveryMs = 3_000

interface WrongKeys {
  /** How many more are answered before they are refused unanswered. */
  left: number
  countedAt: number
}

const wrongKeysOf = new WeakMap<AdminCredentials, WrongKeys>()

/** @throws HooklineError `too_many_attempts` for a wrong key after too many of them. */
export function checkAdminKey(
  { admin, clock, log }: Pick<Served, 'admin' | 'clock' | 'log'>,
  given: string,
): boolean {
  if (admin.key === undefined) return false
  // Digests have one length: not even the length of the key can be told from the time it takes.
  if (equalBytes(digest(given), digest(admin.key))) return true
  const left = takeWrongKey(admin, clock.now())
  if (left === 0) log.warn('too many wrong admin keys were tried')
  if (left !== undefined) return false
  throw new HooklineError(
    'too_many_attempts',
    'Too many wrong admin keys were tried. A program likely has an old key, or somebody is ' +
      'guessing. Correct the key, and wait before the next attempt.',
  )
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** How many more are left after this one; undefined where there was none left. */
function takeWrongKey(admin: AdminCredentials, nowMs: number): number | undefined {
  const { left, countedAt } = wrongKeysOf.get(admin) ?? { left: wrongKeysMax, countedAt: nowMs }
  const refilled = Math.floor(Math.max(0, nowMs - countedAt) / wrongKeyEveryMs)
  const available = Math.min(wrongKeysMax, left + refilled)
  const isFull = available === wrongKeysMax
  if (available === 0) return undefined
  wrongKeysOf.set(admin, {
    left: available - 1,
    // What has not yet added up to a whole one is kept.
    countedAt: isFull ? nowMs : countedAt + refilled * wrongKeyEveryMs,
  })
  return available - 1
}
