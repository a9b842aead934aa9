/**
 * A JSON Web Token in a header that holds the hash of the body. Its key is asked for by name at the
 * provider's API, with the credentials of the receiver.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { decodeHex, equalBytes } from '../../base/bytes.ts'
import { type Json, parseJson, valueAt } from '../../base/json.ts'
import { type Jws, readJws, signJws, verifyJws } from '../../signing/jws.ts'
import { newKeyPair } from '../../signing/key-pair.ts'
import { parseTime } from '../../signing/timestamp.ts'
import type { RefusedReason } from '../outcome.ts'
import type { VerifyContext } from '../request.ts'
import { type AgeLimits, refusedAge } from './age.ts'
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

export interface BodyHashToken extends AgeLimits {
  readonly header: string
  /** The claim that holds the SHA-256 of the body in hexadecimal. */
  readonly hashClaim: string
  /** Where keys are asked for: each address in turn until one knows the key. */
  readonly keyUrls: (payload: Json | undefined) => readonly string[]
}

/**
 * Unknown names of keys come from strangers, and every question costs the provider: few may fail.
 */
const cacheLimits = { entriesMax: 32, secondsMax: 3_600, failuresPerMinuteMax: 20 }
const keyName = /^[\w-]{1,128}$/

export function bodyHashToken(declared: BodyHashToken): Scheme {
  const { header, hashClaim, toleranceSeconds, futureToleranceSeconds } = declared
  const cache = remoteCache<KeyObject>(cacheLimits)
  return {
    headers: [header.toLowerCase()],
    facts: {
      algorithm: 'JSON Web Token, ES256',
      headers: [header],
      signed: `a token whose claim \`${hashClaim}\` is the SHA-256 of the body, in hexadecimal`,
      toleranceSeconds,
      futureToleranceSeconds,
      bodyAuthenticated: true,
      key: 'asked for by name at the API, with clientId and clientSecret; there is no other secret',
    },
    verify: (reading, context) => verify(declared, cache, reading, context),
    sign: (body, options) => sign(declared, body, options),
    newSecrets() {
      const { privateKey } = newKeyPair('p256')
      return {
        secret: '',
        signingSecret: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
      }
    },
  }
}

async function verify(
  declared: BodyHashToken,
  cache: RemoteCache<KeyObject>,
  reading: Reading,
  context: VerifyContext,
): Promise<SchemeOutcome> {
  const text = reading.headers.get(declared.header.toLowerCase())
  if (!text) return refused('signature_missing')
  const jws = readJws(text)
  if (!jws) return refused('signature_malformed')
  const wrong = refusedToken(declared, jws, reading, context)
  if (wrong) return refused(wrong)
  const { clientId, clientSecret } = context.settings ?? {}
  if (!clientId || !clientSecret) return refused('setting_missing')
  const name = String(jws.header.kid)
  const urls = declared.keyUrls(reading.payload())
  const loaded = await findRemote(cache, context, {
    key: JSON.stringify([urls, clientId, name]),
    load: (fetch) =>
      loadKey(fetch, urls, { client_id: clientId, secret: clientSecret, key_id: name }),
  })
  if ('refused' in loaded) return refused(loaded.refused)
  const isSigned = verifyJws(jws, 'ES256', loaded.value)
  return isSigned ? { ok: true, secretIndex: 0 } : refused('signature_mismatch')
}

/** What is wrong with a token before it is worth a question. */
function refusedToken(
  declared: BodyHashToken,
  { header, payload }: Jws,
  { request }: Reading,
  context: VerifyContext,
): RefusedReason | undefined {
  const isNamed = typeof header.kid === 'string' && keyName.test(header.kid)
  if (header.alg !== 'ES256' || !isNamed) return 'signature_malformed'
  if (payload.iat === undefined) return 'timestamp_missing'
  const atMs = typeof payload.iat === 'number' ? parseTime(String(payload.iat), 's') : undefined
  if (atMs === undefined) return 'timestamp_malformed'
  const late = refusedAge(atMs, context, declared)
  if (late) return late
  const claimed = payload[declared.hashClaim]
  const hash = typeof claimed === 'string' ? decodeHex(claimed) : undefined
  const isSame = hash && equalBytes(hash, createHash('sha256').update(request.body).digest())
  return isSame ? undefined : 'signature_mismatch'
}

interface KeyQuestion {
  readonly client_id: string
  readonly secret: string
  readonly key_id: string
}

async function loadKey(
  fetch: Fetch,
  urls: readonly string[],
  json: KeyQuestion,
): Promise<Loaded<KeyObject>> {
  let isAnswered = false
  for (const url of urls) {
    const answer = await askRemote(fetch, { url, json })
    isAnswered ||= answer !== undefined && answer.status < 500
    if (answer?.status !== 200) continue
    const key = readKey(parseJson(answer.body.toString('utf8')), json.key_id)
    return key ? { value: key } : { refused: 'certificate_refused' }
  }
  return { refused: isAnswered ? 'certificate_refused' : 'certificate_unavailable' }
}

/** The key in the answer, unless it says that it is another, of another algorithm, or has ended. */
function readKey(answer: Json | undefined, name: string): KeyObject | undefined {
  const [kty, crv, x, y] = ['kty', 'crv', 'x', 'y'].map((part) => valueAt(answer, `key.${part}`))
  const isWanted =
    (valueAt(answer, 'key.kid') ?? name) === name &&
    (valueAt(answer, 'key.alg') ?? 'ES256') === 'ES256' &&
    (valueAt(answer, 'key.expired_at') ?? null) === null
  if (!isWanted || kty !== 'EC' || crv !== 'P-256') return undefined
  if (typeof x !== 'string' || typeof y !== 'string') return undefined
  try {
    return createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
  } catch {
    return undefined
  }
}

/** The secret to sign with is a private key in PEM. */
function sign(
  { header, hashClaim }: BodyHashToken,
  body: Uint8Array,
  { secret, now }: SchemeSignOptions,
): Signed {
  const hash = createHash('sha256').update(body).digest('hex')
  const payload = JSON.stringify({ iat: Math.floor(now), [hashClaim]: hash })
  const kid = createHash('sha256').update(secret).digest('hex').slice(0, 32)
  const token = signJws({ alg: 'ES256', kid, typ: 'JWT' }, payload, createPrivateKey(secret))
  return { headers: [[header, token]] }
}
