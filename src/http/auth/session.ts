/**
 * Sessions of the dashboard: a signed cookie (JWT, RFC 7519, HS256 by jose) and nothing stored. It
 * ends after a fixed time, however much it is used, and with the admin key that it began under.
 */
import { createHmac } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import type { AdminCredentials, Served } from '../served.ts'

export const sessionSeconds = 12 * 3_600
const audience = 'hookline/session'
const plainName = 'hookline_session'
/** A cookie of this name can be set by this host over TLS only, not by its subdomains. */
const secureName = `__Host-${plainName}`

type Authority = Pick<Served, 'admin' | 'clock'>

/** The `Set-Cookie` that begins a session. */
export async function startSession({ admin, clock }: Authority, request: Request): Promise<string> {
  const issuedAt = Math.floor(clock.now() / 1000)
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + sessionSeconds)
    .sign(signingKey(admin))
  return cookie(request, token, sessionSeconds)
}

/** The session in a `Set-Cookie` that begins one. */
export function tokenIn(setCookie: string): string {
  return setCookie.slice(setCookie.indexOf('=') + 1, setCookie.indexOf(';'))
}

/** The `Set-Cookie` that makes the browser forget its session. */
export function endSession(request: Request): string {
  return cookie(request, '', 0)
}

/** The session that the request carries, where it is signed by this server and not over. */
export async function sessionOf(
  { admin, clock }: Authority,
  request: Request,
): Promise<string | undefined> {
  const token = readCookie(request)
  if (token === undefined || admin.key === undefined) return undefined
  try {
    await jwtVerify(token, signingKey(admin), {
      algorithms: ['HS256'],
      audience,
      currentDate: new Date(clock.now()),
      requiredClaims: ['exp'],
    })
    return token
  } catch {
    return undefined
  }
}

/** Made of the admin key too, so that a new key ends the sessions of the old one. */
function signingKey({ key = '', sessionKey }: AdminCredentials): Uint8Array {
  return createHmac('sha256', sessionKey).update(`session\n${key}`).digest()
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
