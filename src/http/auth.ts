/**
 * Who is an admin: whoever bears the admin key, or a browser whose session began with that key or
 * with a sign-in link. There is no default password, and without an admin key nobody is let in.
 */
import { HooklineError } from '../base/errors.ts'
import { checkAdminKey } from './auth/admin-key.ts'
import { requireSameOrigin } from './auth/origin.ts'
import { sessionOf } from './auth/session.ts'
import type { Served } from './served.ts'

export { issueSignInLink } from './auth/sign-in-link.ts'

export interface AdminIdentity {
  readonly by: 'key' | 'session'
  /** What they showed: a secret, for the audit log to make a name of. */
  readonly credential: string
}

type Authority = Pick<Served, 'admin' | 'clock' | 'log'>

/**
 * The admin who makes this request, or undefined.
 * @throws HooklineError `origin_refused` for a write with a session from another site,
 * `too_many_attempts`.
 */
export async function authenticate(
  authority: Authority,
  request: Request,
): Promise<AdminIdentity | undefined> {
  const key = bearerKey(request)
  if (key !== undefined) {
    return checkAdminKey(authority, key) ? { by: 'key', credential: key } : undefined
  }
  const credential = await sessionOf(authority, request)
  if (credential === undefined) return undefined
  if (isWrite(request)) requireSameOrigin(request)
  return { by: 'session', credential }
}

/** @throws HooklineError `admin_required`, and what `authenticate` throws. */
export async function requireAdmin(authority: Authority, request: Request): Promise<AdminIdentity> {
  const identity = await authenticate(authority, request)
  if (identity) return identity
  throw new HooklineError(
    'admin_required',
    'This needs an admin. The admin key or the session is missing, wrong or out of date. Send ' +
      '`Authorization: Bearer <admin key>`, or sign in at /sign-in.',
  )
}

function bearerKey(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
}

function isWrite({ method }: Request): boolean {
  return method !== 'GET' && method !== 'HEAD'
}
