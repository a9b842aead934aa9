/**
 * Who may read what: client tokens are JWTs (RFC 7519, HS256 by jose) whose `read` claim lists path
 * patterns and whose `apis` claim names what may be called. Admins hold no token and read
 * everything.
 */
import { hkdfSync } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import type { Clock } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'
import { type ApiGrant, type ApiGrants, apisMax, readClaim, toClaim } from './grants.ts'

export const readPatternsMax = 100
export const expiresInSecondsDefault = 3_600
export const expiresInSecondsMax = 30 * 24 * 3_600
const audience = 'hookline/live'
/** The first name of Hookline's own paths; no handler can write below it. */
const own = 'hookline'

export interface Access {
  readonly key: Uint8Array
  readonly clock: Clock
}

export interface TokenOptions {
  /** Whom the token is for, such as the app's user id. */
  readonly sub: string
  /** `users/u_1` one document, `users/u_1/**` all below it, `users/*` one level. */
  readonly read?: readonly string[]
  /** Which APIs may be called: their names, or each with a budget of this user's own. */
  readonly apis?: ApiGrants
  /** Seconds. Default 3,600; at most 30 days. */
  readonly expiresIn?: number
}

export interface Reader {
  readonly sub: string
  readonly read: readonly string[]
  /** The APIs that may be called, each with its budget. */
  readonly apis: ReadonlyMap<string, ApiGrant>
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** What an admin reads with. */
export const adminReader: Reader = {
  sub: 'admin',
  read: ['**', 'hookline/**'],
  apis: new Map(),
  expiresAt: Number.MAX_SAFE_INTEGER,
}

export function newAccess(masterKey: Uint8Array, clock: Clock): Access {
  const key = hkdfSync('sha256', masterKey, '', 'hookline client tokens', 32)
  return { key: new Uint8Array(key), clock }
}

/** @throws HooklineError `payload_invalid` where the options make no token. */
export async function issueToken(
  { key, clock }: Access,
  { sub, read = [], apis, expiresIn = expiresInSecondsDefault }: TokenOptions,
): Promise<{ token: string; expiresAt: number }> {
  const granted = apis === undefined ? undefined : toClaim(apis)
  checkTokenOptions({ sub, read, apis, expiresIn }, granted)
  const issuedAt = Math.floor(clock.now() / 1000)
  const token = await new SignJWT({ read: [...read], ...(granted && { apis: granted }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + expiresIn)
    .sign(key)
  return { token, expiresAt: (issuedAt + expiresIn) * 1000 }
}

function checkTokenOptions(
  { sub, read, apis, expiresIn }: { [K in keyof Required<TokenOptions>]: unknown },
  granted: object | undefined,
): void {
  const isEmpty = apis === undefined && Array.isArray(read) && read.length === 0
  const fault =
    typeof sub !== 'string' || sub.length === 0 || sub.length > 255
      ? 'sub is a text of 1 to 255 characters'
      : !Array.isArray(read) || isEmpty || read.length > readPatternsMax
        ? `read is a list of 1 to ${readPatternsMax} path patterns`
        : !read.every(isPattern)
          ? "a pattern is a document path whose names may be '*', and whose last may be '**'"
          : !isLifetime(expiresIn)
            ? `expiresIn is whole seconds from 1 to ${expiresInSecondsMax}`
            : apis !== undefined && granted === undefined
              ? `apis is up to ${apisMax} names, or each with whole numbers as its budget`
              : undefined
  if (fault) {
    throw new HooklineError(
      'payload_invalid',
      `No token can be made of this: ${fault}. Correct it.`,
    )
  }
}

function isLifetime(seconds: unknown): boolean {
  return Number.isInteger(seconds) && Number(seconds) >= 1 && Number(seconds) <= expiresInSecondsMax
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
    const apis = readClaim(payload.apis)
    return { sub: payload.sub ?? '', read, apis, expiresAt: (payload.exp ?? 0) * 1000 }
  } catch (error) {
    throw new HooklineError(
      'token_invalid',
      'The client token is missing, expired or not from this server. Ask your server for a new ' +
        'one; it makes it with app.token().',
      { cause: error },
    )
  }
}

/**
 * Whether all that a path stands for may be read; a path ending in `/` stands for everything
 * below it. Hookline's own paths are for those whose pattern names them: `**` means all documents
 * of the app, and not its log, its keys and who signed in.
 */
export function mayRead({ read }: Reader, path: string): boolean {
  const wanted = path.split('/')
  const isBelow = wanted.at(-1) === ''
  if (isBelow) wanted.pop()
  return read.some((pattern) => covers(pattern.split('/'), wanted, isBelow))
}

function covers(pattern: readonly string[], wanted: readonly string[], isBelow: boolean): boolean {
  if (wanted[0] === own && pattern[0] !== own) return false
  const isDeep = pattern.at(-1) === '**'
  const fixed = isDeep ? pattern.slice(0, -1) : pattern
  if (fixed.length > wanted.length) return false
  if (!fixed.every((segment, i) => segment === '*' || segment === wanted[i])) return false
  if (isBelow) return isDeep
  return isDeep ? wanted.length > fixed.length : wanted.length === fixed.length
}
