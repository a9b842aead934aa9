/**
 * Who may read what: client tokens are JWTs (RFC 7519, HS256 by jose) whose `read` claim lists path
 * patterns. Admins hold no token and read everything.
 */
import { hkdfSync } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import type { Clock } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'

export const readPatternsMax = 100
export const expiresInSecondsDefault = 3_600
export const expiresInSecondsMax = 30 * 24 * 3_600
const audience = 'hookline/live'

export interface Access {
  readonly key: Uint8Array
  readonly clock: Clock
}

export interface TokenOptions {
  /** Whom the token is for, such as the app's user id. */
  readonly sub: string
  /** `users/u_1` one document, `users/u_1/**` all below it, `users/*` one level. */
  readonly read: readonly string[]
  /** Seconds. Default 3,600; at most 30 days. */
  readonly expiresIn?: number
}

export interface Reader {
  readonly sub: string
  readonly read: readonly string[]
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** What an admin reads with. */
export const adminReader: Reader = {
  sub: 'admin',
  read: ['**'],
  expiresAt: Number.MAX_SAFE_INTEGER,
}

export function newAccess(masterKey: Uint8Array, clock: Clock): Access {
  const key = hkdfSync('sha256', masterKey, '', 'hookline client tokens', 32)
  return { key: new Uint8Array(key), clock }
}

/** @throws HooklineError `payload_invalid` where the options make no token. */
export async function issueToken(
  { key, clock }: Access,
  { sub, read, expiresIn = expiresInSecondsDefault }: TokenOptions,
): Promise<{ token: string; expiresAt: number }> {
  checkTokenOptions({ sub, read, expiresIn })
  const issuedAt = Math.floor(clock.now() / 1000)
  const token = await new SignJWT({ read: [...read] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + expiresIn)
    .sign(key)
  return { token, expiresAt: (issuedAt + expiresIn) * 1000 }
}

function checkTokenOptions({ sub, read, expiresIn }: Required<TokenOptions>): void {
  const fault =
    typeof sub !== 'string' || sub.length === 0 || sub.length > 255
      ? 'sub is a text of 1 to 255 characters'
      : !Array.isArray(read) || read.length === 0 || read.length > readPatternsMax
        ? `read is a list of 1 to ${readPatternsMax} path patterns`
        : !read.every(isPattern)
          ? "a pattern is a document path whose names may be '*', and whose last may be '**'"
          : !Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > expiresInSecondsMax
            ? `expiresIn is whole seconds from 1 to ${expiresInSecondsMax}`
            : undefined
  if (fault) {
    throw new HooklineError(
      'payload_invalid',
      `No token can be made of this: ${fault}. Correct it.`,
    )
  }
}

function isPattern(pattern: unknown): boolean {
  if (typeof pattern !== 'string' || pattern.length > 512) return false
  const segments = pattern.split('/')
  return segments.every(
    (segment, i) =>
      segment !== '' &&
      (segment !== '**' || i === segments.length - 1) &&
      !/[^*]\*|\*[^*]|\*{3}/.test(segment),
  )
}

/** @throws HooklineError `token_invalid`. */
export async function readToken({ key, clock }: Access, token: string): Promise<Reader> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      audience,
      currentDate: new Date(clock.now()),
      requiredClaims: ['sub', 'exp', 'read'],
    })
    const read = Array.isArray(payload.read)
      ? payload.read.filter((p) => typeof p === 'string')
      : []
    return { sub: payload.sub ?? '', read, expiresAt: (payload.exp ?? 0) * 1000 }
  } catch (error) {
    throw new HooklineError(
      'token_invalid',
      'The client token is missing, expired or not from this server. Ask your server for a new ' +
        'one; it ' +
        'makes it with app.token().',
      { cause: error },
    )
  }
}

/**
 * Whether all that a path stands for may be read; a path ending in `/` stands for everything
 * below it.
 */
export function mayRead({ read }: Reader, path: string): boolean {
  const wanted = path.split('/')
  const isBelow = wanted.at(-1) === ''
  if (isBelow) wanted.pop()
  return read.some((pattern) => covers(pattern.split('/'), wanted, isBelow))
}

function covers(pattern: readonly string[], wanted: readonly string[], isBelow: boolean): boolean {
  const isDeep = pattern.at(-1) === '**'
  const fixed = isDeep ? pattern.slice(0, -1) : pattern
  if (fixed.length > wanted.length) return false
  if (!fixed.every((segment, i) => segment === '*' || segment === wanted[i])) return false
  if (isBelow) return isDeep
  return isDeep ? wanted.length > fixed.length : wanted.length === fixed.length
}
