/**
 * Links that sign their first user in, once: a JWT (RFC 7519, HS256 by jose) whose id is used up in
 * the database. Looking at a link does not use it, because chat programs open every link for a
 * preview.
 */
import { randomBytes } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import type { Clock } from '../../base/clock.ts'
import { HooklineError } from '../../base/errors.ts'
import type { Served } from '../served.ts'

export const linkSeconds = 600
const linkIdBytes = 16
const audience = 'hookline/sign-in'

export interface SignInLinkOptions {
  readonly sessionKey: Uint8Array
  readonly clock: Clock
}

/** A link to the dashboard below this base URL, good for ten minutes and one sign-in. */
export async function issueSignInLink(
  { sessionKey, clock }: SignInLinkOptions,
  baseUrl: string,
): Promise<string> {
  const expiresAt = Math.floor(clock.now() / 1000) + linkSeconds
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(audience)
    .setJti(randomBytes(linkIdBytes).toString('base64url'))
    .setExpirationTime(expiresAt)
    .sign(sessionKey)
  return `${baseUrl.replace(/\/+$/, '')}/sign-in?token=${token}`
}

/** @throws HooklineError `sign_in_invalid` where it could not be used, whatever became of it. */
export async function checkSignInToken(
  { admin, clock }: Pick<Served, 'admin' | 'clock'>,
  token: string,
): Promise<{ id: string; expiresAt: number }> {
  try {
    const { payload } = await jwtVerify(token, admin.sessionKey, {
      algorithms: ['HS256'],
      audience,
      currentDate: new Date(clock.now()),
      requiredClaims: ['exp', 'jti'],
    })
    return { id: payload.jti ?? '', expiresAt: (payload.exp ?? 0) * 1000 }
  } catch (cause) {
    throw signInInvalid(cause)
  }
}

/** @throws HooklineError `sign_in_invalid`, also the second time. */
export async function spendSignInToken(
  served: Pick<Served, 'admin' | 'clock' | 'storage'>,
  token: string,
): Promise<void> {
  const { id, expiresAt } = await checkSignInToken(served, token)
  if (!(await served.storage.useOnce(`sign-in ${id}`, expiresAt))) throw signInInvalid()
}

function signInInvalid(cause?: unknown): HooklineError {
  return new HooklineError(
    'sign_in_invalid',
    'This sign-in link is not valid. It was used before, is older than ten minutes, or is from ' +
      'before a restart. Ask for a new one where it came from, or sign in with the admin key.',
    { cause },
  )
}
