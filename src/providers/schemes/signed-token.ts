/**
 * A code over a time and a token that stand in the body beside it. It covers nothing else: whoever
 * saw one request can send its time and token with another event, for as long as the time is near
 * enough.
 */
import { createHash } from 'node:crypto'
import { decodeUtf8 } from '../../base/bytes.ts'
import { type Json, type JsonObject, parseJson } from '../../base/json.ts'
import { decodeMac, findKey, hmac } from '../../signing/hmac.ts'
import { newSecret, type SecretShape, secretKey } from '../../signing/secret.ts'
import { formatTime, parseTime } from '../../signing/timestamp.ts'
import { parseForm } from '../form.ts'
import type { RefusedReason } from '../outcome.ts'
import type { VerifyContext } from '../request.ts'
import { type AgeLimits, refusedAge } from './age.ts'
import type { Reading } from './reading.ts'
import {
  keyFact,
  refused,
  type Scheme,
  type SchemeOutcome,
  type SchemeSignOptions,
  type Signed,
} from './scheme.ts'

export interface SignedToken extends AgeLimits {
  /** The member of a JSON body that holds the three; in a form they are fields of their own. */
  readonly member: string
  /** The names of the signatures among them; any may match. */
  readonly signatures: readonly string[]
}

const shape: SecretShape = { form: 'text' }
/**
 * Always ten digits: of another length, the time could be cut off elsewhere from the token after
 * it.
 */
const seconds = /^[1-9]\d{9}$/
const tokenText = /^[\w-]{1,256}$/
const newTokenCharacters = 50

export function signedToken(declared: SignedToken): Scheme {
  const { member, toleranceSeconds, futureToleranceSeconds } = declared
  return {
    headers: [],
    facts: {
      algorithm: 'HMAC-SHA256, hexadecimal',
      headers: [],
      signed: `the time and after it the token, both in \`${member}\` of the body`,
      toleranceSeconds,
      futureToleranceSeconds,
      bodyAuthenticated: false,
      key: keyFact(shape),
      needsPayload: true,
    },
    verify: (reading, context) => verify(declared, reading, context),
    sign: (body, options) => sign(declared, body, options),
    newSecrets() {
      const secret = newSecret(shape)
      return { secret, signingSecret: secret }
    },
  }
}

/** A body in JSON or, as it was before that, in the fields of a form. */
export function parseJsonOrForm(body: Uint8Array): Json | undefined {
  const text = decodeUtf8(body)
  return text === undefined ? undefined : (parseJson(text) ?? parseForm(text))
}

function verify(declared: SignedToken, reading: Reading, context: VerifyContext): SchemeOutcome {
  const found = readToken(declared, reading.payload(), context)
  if (typeof found === 'string') return refused(found)
  const keys = context.secrets.map((secret) => secretKey(secret, shape))
  if (keys.every((key) => key === undefined)) return refused('secret_missing')
  const secretIndex = findKey(keys, 'sha256', [found.signed], found.signatures)
  return secretIndex === -1 ? refused('signature_mismatch') : { ok: true, secretIndex }
}

interface Found {
  readonly signed: string
  readonly signatures: readonly Buffer[]
}

function readToken(
  declared: SignedToken,
  payload: Json | undefined,
  context: VerifyContext,
): Found | RefusedReason {
  const fields = isObject(payload) ? payload : undefined
  if (!fields) return 'body_malformed'
  const nested = fields[declared.member]
  const { timestamp, token, ...others } = isObject(nested) ? nested : fields
  const written = declared.signatures.map((name) => others[name]).filter(isText)
  if (written.length === 0) return 'signature_missing'
  const signatures = written
    .map((text) => decodeMac(text, 'sha256', 'hex'))
    .filter((one) => one !== undefined)
  if (signatures.length === 0) return 'signature_malformed'
  // JSON has it as text, and in its documentation as a number.
  const time = typeof timestamp === 'number' ? String(timestamp) : timestamp
  if (typeof time !== 'string' || !seconds.test(time)) return 'timestamp_malformed'
  if (typeof token !== 'string' || !tokenText.test(token)) return 'id_malformed'
  const late = refusedAge(parseTime(time, 's') ?? Number.NaN, context, declared)
  return late ?? { signed: time + token, signatures }
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string'
}

function sign(
  { member, signatures: [name = member] }: SignedToken,
  body: Uint8Array,
  { secret, now, id }: SchemeSignOptions,
): Signed {
  const timestamp = formatTime(now, 's')
  const token = createHash('sha256').update(id).digest('hex').slice(0, newTokenCharacters)
  const signature = hmac('sha256', secret, [timestamp, token]).toString('hex')
  const fields = { timestamp, token, [name]: signature }
  const written = parseJson(decodeUtf8(body) ?? '')
  const signed = isObject(written)
    ? JSON.stringify({ [member]: fields, ...written })
    : [decodeUtf8(body), new URLSearchParams(fields)].join('&')
  return { headers: [], body: Buffer.from(signed) }
}
