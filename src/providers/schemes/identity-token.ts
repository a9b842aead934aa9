/**
 * An OpenID Connect token in `Authorization`: it proves which service account calls and whom it
 * means to call, and says nothing of the body.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { type Json, type JsonObject, parseJson } from '../../base/json.ts'
import { readCertificate } from '../../signing/certificate.ts'
import { readJws, signJws, verifyJws } from '../../signing/jws.ts'
import { newKeyPair } from '../../signing/key-pair.ts'
import { toleranceOf } from '../../signing/timestamp.ts'
import type { RefusedReason } from '../outcome.ts'
import type { ProviderSettings, VerifyContext } from '../request.ts'
import type { Reading } from './reading.ts'
import { askRemote, type Fetch } from './remote.ts'
import { findRemote, type Loaded, type RemoteCache, remoteCache } from './remote-cache.ts'
import {
  refused,
  type Scheme,
  type SchemeOutcome,
  type SchemeSignOptions,
  type Signed,
} from './scheme.ts'

export interface IdentityToken {
  readonly issuers: readonly string[]
  /**
   * Where the keys are: a JSON Web Key Set or certificates by name. Each is asked until one
   * answers.
   */
  readonly keyUrls: readonly string[]
}

type Keys = ReadonlyMap<string, KeyObject>

const header = 'authorization'
const bearer = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/
const cacheLimits = { entriesMax: 1, secondsMax: 86_400, failuresPerMinuteMax: 20 }
const keysSecondsDefault = 3_600
/**
 * As the issuer's own verifier has it: a clock may be behind, and no token lives for more than a
 * day.
 */
const futureSeconds = 300
const lifetimeSecondsMax = 86_400
const newTokenSeconds = 3_600

export function identityToken(declared: IdentityToken): Scheme {
  const cache = remoteCache<Keys>(cacheLimits)
  return {
    headers: [header],
    facts: {
      algorithm: 'OpenID Connect token, RS256',
      headers: ['Authorization'],
      signed: 'a token of who calls (`email`) and who is called (`aud`), until its end (`exp`)',
      bodyAuthenticated: false,
      key: "the issuer's public keys, by name; there is no secret",
    },
    verify: (reading, context) => verify(declared, cache, reading, context),
    sign: (_body, options) => sign(declared, options),
    newSecrets() {
      const { privateKey } = newKeyPair('rsa-sha256')
      return {
        secret: '',
        signingSecret: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
      }
    },
  }
}

async function verify(
  declared: IdentityToken,
  cache: RemoteCache<Keys>,
  { headers }: Reading,
  context: VerifyContext,
): Promise<SchemeOutcome> {
  const text = headers.get(header)
  if (!text) return refused('signature_missing')
  const jws = readJws(bearer.exec(text)?.[1] ?? '')
  if (jws?.header.alg !== 'RS256') return refused('signature_malformed')
  const wrong = refusedClaims(declared, jws.payload, context)
  if (wrong) return refused(wrong)
  const name = String(jws.header.kid)
  const loaded = await findRemote(cache, context, {
    key: 'keys',
    load: (fetch) => loadKeys(fetch, declared.keyUrls),
    isEnough: (keys) => keys.has(name),
  })
  if ('refused' in loaded) return refused(loaded.refused)
  const key = loaded.value.get(name)
  if (!key) return refused('certificate_refused')
  return verifyJws(jws, 'RS256', key) ? { ok: true, secretIndex: 0 } : refused('signature_mismatch')
}

/** Who is called, as the subscription is set to: its own audience, or the URL that it pushes to. */
function audienceOf(settings: ProviderSettings | undefined): string | undefined {
  return settings?.audience ?? settings?.publicUrl
}

/** What is wrong with a token before it is worth a question. */
function refusedClaims(
  { issuers }: IdentityToken,
  claims: JsonObject,
  { now, settings }: VerifyContext,
): RefusedReason | undefined {
  const audience = audienceOf(settings)
  const email = settings?.serviceAccountEmail
  // Without them a token that anybody made for a service account of their own would do.
  if (!audience || !email) return 'setting_missing'
  const late = refusedTimes(claims, now, toleranceOf(settings?.toleranceSeconds, 0))
  if (late) return late
  const isMeant =
    claims.aud === audience &&
    typeof claims.iss === 'string' &&
    issuers.includes(claims.iss) &&
    claims.email === email &&
    claims.email_verified === true
  return isMeant ? undefined : 'claim_mismatch'
}

function refusedTimes(
  { iat, exp }: JsonObject,
  now: number,
  toleranceSeconds: number,
): RefusedReason | undefined {
  if (iat === undefined || exp === undefined) return 'timestamp_missing'
  if (!isSeconds(iat) || !isSeconds(exp)) return 'timestamp_malformed'
  // Written so that a `now` that is not a number refuses.
  if (!(now - toleranceSeconds < exp)) return 'timestamp_too_old'
  const isAhead = !(iat <= now + futureSeconds) || !(exp < now + lifetimeSecondsMax)
  return isAhead ? 'timestamp_in_future' : undefined
}

function isSeconds(value: Json): value is number {
  return Number.isSafeInteger(value)
}

async function loadKeys(fetch: Fetch, urls: readonly string[]): Promise<Loaded<Keys>> {
  for (const url of urls) {
    const answer = await askRemote(fetch, { url })
    if (answer?.status !== 200) continue
    const keys = readKeys(parseJson(answer.body.toString('utf8')))
    if (keys.size === 0) return { refused: 'certificate_refused' }
    return { value: keys, secondsMax: answer.maxAgeSeconds ?? keysSecondsDefault }
  }
  return { refused: 'certificate_unavailable' }
}

/** Of a set `{"keys":[…]}`, or of certificates by name. What can not be read is passed over. */
function readKeys(answer: Json | undefined): Keys {
  const keys = new Map<string, KeyObject>()
  const add = (name: unknown, key: KeyObject | undefined) => {
    if (typeof name === 'string' && key) keys.set(name, key)
  }
  if (answer === null || typeof answer !== 'object' || Array.isArray(answer)) return keys
  if (Array.isArray(answer.keys)) {
    for (const jwk of answer.keys) add((jwk as JsonObject | null)?.kid, readJwk(jwk)) // or any JSON
  } else {
    for (const [name, pem] of Object.entries(answer)) {
      add(name, typeof pem === 'string' ? readCertificate(pem)?.publicKey : undefined)
    }
  }
  return keys
}

function readJwk(jwk: Json): KeyObject | undefined {
  const { kty, n, e } = (jwk ?? {}) as JsonObject // any JSON has members to ask for, but null
  if (kty !== 'RSA' || typeof n !== 'string' || typeof e !== 'string') return undefined
  try {
    return createPublicKey({ key: { kty, n, e }, format: 'jwk' })
  } catch {
    return undefined
  }
}

/** The secret to sign with is a private key in PEM. */
function sign({ issuers }: IdentityToken, { secret, now, settings }: SchemeSignOptions): Signed {
  const iat = Math.floor(now)
  const email = settings?.serviceAccountEmail ?? 'push@example.iam.gserviceaccount.com'
  const payload = JSON.stringify({
    aud: audienceOf(settings) ?? 'http://localhost',
    azp: '113774264463038321964',
    email,
    email_verified: true,
    exp: iat + newTokenSeconds,
    iat,
    iss: issuers[0],
    sub: '113774264463038321964',
  })
  const token = signJws(
    { alg: 'RS256', kid: keyName(secret), typ: 'JWT' },
    payload,
    createPrivateKey(secret),
  )
  return { headers: [['Authorization', `Bearer ${token}`]] }
}

/** The name under which the public half of a pretended issuer's key is to be found. */
export function keyName(privateKey: string): string {
  return createHash('sha256').update(privateKey).digest('hex').slice(0, 40)
}
