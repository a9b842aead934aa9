/**
 * Who is an admin: whoever bears an admin key, or a browser whose session began with one, with a
 * sign-in link or with the password. Nothing has a default password, and without any of them nobody
 * is let in.
 */
import { HooklineError } from '../base/errors.ts'
import type { AdminScope } from '../storage/admin-keys.ts'
import { addressOf } from './auth/address.ts'
import { admitKey } from './auth/admin-key.ts'
import { requireSameOrigin } from './auth/origin.ts'
import { isWrite, requireScope } from './auth/scope.ts'
import { sessionOf } from './auth/session.ts'
import type { Served } from './served.ts'

export { adminOf } from './auth/credentials.ts'
export { issueSignInLink } from './auth/sign-in-link.ts'

export interface AdminIdentity {
  readonly by: 'key' | 'session'
  /** What they showed: a secret, for the audit log to make a name of. */
  readonly credential: string
  readonly scope: AdminScope
}

type Authority = Pick<Served, 'admin' | 'clock' | 'log' | 'storage'>

/**
 * The admin who makes this request, or undefined.
 * @throws HooklineError `scope_missing`, `origin_refused` for a write with a session from another
 * site, `too_many_attempts`.
 */
export async function authenticate(
  authority: Authority,
  request: Request,
): Promise<AdminIdentity | undefined> {
  const identity = await identify(authority, request)
  if (identity) requireScope(identity.scope, request)
  return identity
}

async function identify(
  authority: Authority,
  request: Request,
): Promise<AdminIdentity | undefined> {
  const key = bearerKey(request)
  if (key !== undefined) {
    const admitted = await admitKey(authority, key, addressOf(request))
    return admitted && { by: 'key', credential: key, scope: admitted.scope }
  }
  const session = await sessionOf(authority, request)
  if (session === undefined) return undefined
  if (isWrite(request)) requireSameOrigin(request, authority.admin.publicUrl)
  return { by: 'session', credential: session.token, scope: session.scope }
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
