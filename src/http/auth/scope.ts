/**
 * What a key or a session may do: `read` looks, `operate` replays, retries, cancels and sends,
 * `admin` does all. What is not named here needs `admin`, so that a new route is never open by
 * being forgotten.
 */
import { HooklineError } from '../../base/errors.ts'
import { type AdminScope, adminScopes } from '../../storage/admin-keys.ts'

/** Written out to the last character: no escape or dot leads past it. */
const operated = /^\/api\/v1\/(events|deliveries|replays|messages)(\/[A-Za-z0-9_-]+)*$/

/** @throws HooklineError `scope_missing`. */
export function requireScope(scope: AdminScope, request: Request): void {
  const needed = scopeNeeded(request)
  if (adminScopes.indexOf(scope) >= adminScopes.indexOf(needed)) return
  throw new HooklineError(
    'scope_missing',
    `This needs the scope '${needed}', and the admin key has '${scope}'. Use a key with that ` +
      'scope, or ask an admin to do it.',
  )
}

export function scopeNeeded(request: Request): AdminScope {
  if (!isWrite(request)) return 'read'
  return operated.test(new URL(request.url).pathname) ? 'operate' : 'admin'
}

export function isWrite({ method }: Request): boolean {
  return method !== 'GET' && method !== 'HEAD'
}
