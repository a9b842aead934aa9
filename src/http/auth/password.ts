/**
 * Checks the admin's password. A password can be guessed, and a check takes 64 MB: so attempts are
 * counted before they are checked, the right one too, and few are checked at a time. Whoever is
 * kept waiting by others' guesses gets in with an admin key.
 */
import { HooklineError } from '../../base/errors.ts'
import { isPassword } from '../../base/password.ts'
import type { AdminCredentials, Served } from '../served.ts'
import { type Attempts, giveBackAttempt, newAttempts, takeAttempt } from './attempts.ts'

/** Of one address, so many at once, and one more after each interval. */
export const passwordAttemptsMax = 10
export const passwordAttemptEveryMs = 60_000
const passwordAttemptsInAllMax = 100
const passwordAttemptInAllEveryMs = 6_000
/** At the same time. */
export const passwordChecksMax = 4

interface Checks {
  readonly attempts: Attempts
  running: number
}

const checksOf = new WeakMap<AdminCredentials, Checks>()

/** @throws HooklineError `too_many_attempts`. */
export async function admitPassword(
  { admin, clock, log }: Pick<Served, 'admin' | 'clock' | 'log'>,
  given: string,
  address: string,
): Promise<boolean> {
  const { passwordHash } = admin
  if (passwordHash === undefined) return false
  const checks = checksOf.get(admin) ?? newChecks()
  checksOf.set(admin, checks)
  const isFree = checks.running < passwordChecksMax
  if (!isFree || !takeAttempt(checks.attempts, address, clock.now())) {
    log.warn('too many passwords were tried')
    throw new HooklineError(
      'too_many_attempts',
      'Too many passwords were tried. Somebody is likely guessing. Wait a minute, or sign in ' +
        'with an admin key.',
    )
  }
  checks.running += 1
  const isRight = await isPassword(given, passwordHash).finally(() => {
    checks.running -= 1
  })
  if (isRight) giveBackAttempt(checks.attempts, address)
  return isRight
}

function newChecks(): Checks {
  const attempts = newAttempts({
    perAddress: { attemptsMax: passwordAttemptsMax, everyMs: passwordAttemptEveryMs },
    inAll: { attemptsMax: passwordAttemptsInAllMax, everyMs: passwordAttemptInAllEveryMs },
  })
  return { attempts, running: 0 }
}
