/**
 * Sessions of the dashboard: a random cookie, of which the database keeps the hash. A session ends
 * when it was not used for a while, after a fixed time however much it is used, when its person
 * signs out, and with the credentials that it began under. Its value is always made here: one that
 * a browser brings is never taken over.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { AdminScope, SignInWay } from '../../storage/admin-keys.ts'
import type { AdminCredentials, Served } from '../served.ts'
import { hashOf } from './admin-key.ts'

export const sessionSeconds = 12 * 3_600
export const sessionIdleSeconds = 2 * 3_600
const sessionBytes = 32
const plainName = 'hookline_session'
/** A cookie of this name can be set by this host over TLS only, not by its subdomains. */
const secureName = `__Host-${plainName}`

type Authority = Pick<Served, 'admin' | 'storage'>

export interface SessionStart {
  readonly way: SignInWay
  readonly scope: AdminScope
  readonly adminKeyId: string | null
}

export interface OpenSession {
  /** What the cookie holds: a secret. */
  readonly token: string
  readonly scope: AdminScope
}

const byLink: SessionStart = { way: 'link', scope: 'admin', adminKeyId: null }

/** The `Set-Cookie` that begins a session. The one that the browser had before is ended. */
export async function startSession(
  { admin, storage }: Authority,
  request: Request,
  start: SessionStart = byLink,
): Promise<string> {
  const before = readCookie(request)
  if (before !== undefined) await storage.endSession(hashOf(before))
  const token = randomBytes(sessionBytes).toString('base64url')
  await storage.startSession({
    ...start,
    hash: hashOf(token),
    epoch: epochsOf(admin)[start.way],
    lastsMs: sessionSeconds * 1_000,
  })
  return cookie(request, token, sessionSeconds)
}

/** The session in a `Set-Cookie` that begins one. */
export function tokenIn(setCookie: string): string {
  return setCookie.slice(setCookie.indexOf('=') + 1, setCookie.indexOf(';'))
}

/** Ends the session of the request on the server; the `Set-Cookie` makes the browser forget it. */
export async function endSession(
  { storage }: Pick<Served, 'storage'>,
  request: Request,
): Promise<{ readonly setCookie: string; readonly ended: string | undefined }> {
  const token = readCookie(request)
  const isEnded = token !== undefined && (await storage.endSession(hashOf(token)))
  return { setCookie: cookie(request, '', 0), ended: isEnded ? token : undefined }
}

/** The session that the request carries, where it is not over. */
export async function sessionOf(
  { admin, storage }: Authority,
  request: Request,
): Promise<OpenSession | undefined> {
  const token = readCookie(request)
  const isOpen = admin.key !== undefined || admin.passwordHash !== undefined
  if (token === undefined || !isOpen) return undefined
  const session = await storage.admitSession(hashOf(token), {
    epochs: epochsOf(admin),
    idleMs: sessionIdleSeconds * 1_000,
  })
  return session && { token, scope: session.scope }
}

/**
 * A new admin key ends the sessions that began with the old one, or with a link; a new password
 * those that began with the old password; a new master key all.
 */
function epochsOf({ key = '', passwordHash, sessionKey }: AdminCredentials) {
  const epoch = (text: string) =>
    createHmac('sha256', sessionKey).update(`session\n${text}`).digest('hex')
  const password = Buffer.from(passwordHash?.tag ?? []).toString('hex')
  return { key: epoch(`key ${key}`), link: epoch(`key ${key}`), password: epoch(password) }
}

function cookie(request: Request, value: string, maxAgeSeconds: number): string {
  const fixed = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}`
  return isSecure(request)
    ? `${secureName}=${value}; ${fixed}; Secure`
    : `${plainName}=${value}; ${fixed}`
}

/** Behind a proxy that ends TLS, the page's origin says what the request's address does not. */
function isSecure({ headers, url }: Request): boolean {
  return url.startsWith('https:') || headers.get('origin')?.startsWith('https:') === true
}

function readCookie({ headers, url }: Request): string | undefined {
  const pairs = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  const cookieNamed = (name: string) =>
    pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
  return cookieNamed(secureName) ?? (url.startsWith('https:') ? undefined : cookieNamed(plainName))
}
