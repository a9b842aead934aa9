/**
 * A JSON envelope that is signed by RSA, not as its bytes but as the lines of some of its fields.
 * What is not signed is no part of the payload. The certificate is at an address of the provider's
 * own hosts, and what is there by https is trusted as the provider's.
 */
import type { KeyObject } from 'node:crypto'
import { decodeBase64, decodeUtf8 } from '../../base/bytes.ts'
import { type JsonObject, parseJson } from '../../base/json.ts'
import { readBundle, readCertificates, writeBundle } from '../../signing/certificate.ts'
import { issueCertificate, newAuthority } from '../../signing/issue-certificate.ts'
import { newKeyPair, signKeyPair, verifyKeyPair } from '../../signing/key-pair.ts'
import { formatTime, parseTime } from '../../signing/timestamp.ts'
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

export interface SignedFields extends AgeLimits {
  /**
   * By the value of `Type`: the names of the fields that are signed, in their order, those that may
   * be absent with a `?`. Where several lists are given, any may have been signed.
   */
  readonly fields: Readonly<Record<string, readonly (readonly string[])[]>>
  /** Whether a certificate of the provider can be at this address. */
  readonly isCertificateUrl: (url: URL) => boolean
  /** Where the pretended provider says that its certificate is. */
  readonly signingUrl: string
}

const cacheLimits = { entriesMax: 32, secondsMax: 86_400, failuresPerMinuteMax: 60 }
const signatureCharactersMax = 1_024
/** By `SignatureVersion`. */
const algorithms = { 1: 'rsa-sha1', 2: 'rsa-sha256' } as const
/**
 * The one field that may have several lines: in any other they would make fields that were never
 * written.
 */
const textField = 'Message'

export function signedFields(declared: SignedFields): Scheme {
  const { toleranceSeconds, futureToleranceSeconds } = declared
  const cache = remoteCache<KeyObject>(cacheLimits)
  return {
    headers: [],
    facts: {
      algorithm: 'RSA with SHA-1 (version 1) or SHA-256 (version 2), base64',
      headers: [],
      signed: 'of each field that the type has, its name and its value on lines of their own',
      toleranceSeconds,
      futureToleranceSeconds,
      bodyAuthenticated: true,
      key: 'the certificate at the address that the body names; there is no secret',
      needsPayload: true,
    },
    verify: (reading, context) => verify(declared, cache, reading, context),
    sign: (body, options) => sign(declared, body, options),
    newSecrets() {
      const root = newAuthority('Pretended Root')
      const { publicKey, privateKey } = newKeyPair('rsa-sha256')
      const certificate = issueCertificate({ commonName: 'sns.amazonaws.com', publicKey }, root)
      return { secret: '', signingSecret: writeBundle(privateKey, [certificate]) }
    },
  }
}

/**
 * The fields of the envelope that every one of its lists has signed; undefined where it is none.
 */
export function parseSignedFields(
  fields: SignedFields['fields'],
  body: Uint8Array,
): JsonObject | undefined {
  const envelope = readEnvelope(body)
  const lists = envelope && listsOf(fields, envelope)
  if (!lists) return undefined
  const [first = [], ...others] = lists
  const signed = first.filter((name) => others.every((list) => list.includes(name))).map(plain)
  return Object.fromEntries(Object.entries(envelope).filter(([name]) => signed.includes(name)))
}

function readEnvelope(body: Uint8Array): JsonObject | undefined {
  const value = parseJson(decodeUtf8(body) ?? '')
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value)
  return isObject ? value : undefined
}

function listsOf(fields: SignedFields['fields'], { Type: type }: JsonObject) {
  return typeof type === 'string' && Object.hasOwn(fields, type) ? fields[type] : undefined
}

function plain(name: string): string {
  return name.replace('?', '')
}

async function verify(
  declared: SignedFields,
  cache: RemoteCache<KeyObject>,
  { request }: Reading,
  context: VerifyContext,
): Promise<SchemeOutcome> {
  const found = readSigned(declared, request.body, context)
  if (typeof found === 'string') return refused(found)
  const wanted = { key: found.url, load: (fetch: Fetch) => loadKey(fetch, found.url) }
  const loaded = await findRemote(cache, context, wanted)
  if ('refused' in loaded) return refused(loaded.refused)
  const isSigned = found.texts.some((text) =>
    verifyKeyPair(found.algorithm, loaded.value, [text], found.signature),
  )
  return isSigned ? { ok: true, secretIndex: 0 } : refused('signature_mismatch')
}

interface Found {
  readonly url: string
  readonly algorithm: 'rsa-sha1' | 'rsa-sha256'
  readonly signature: Uint8Array
  /** What may have been signed. */
  readonly texts: readonly string[]
}

/** All that the body says, or why it is refused before anybody is asked. */
function readSigned(
  declared: SignedFields,
  body: Uint8Array,
  context: VerifyContext,
): Found | RefusedReason {
  const envelope = readEnvelope(body)
  if (!envelope) return 'body_malformed'
  const { Signature: text, SignatureVersion: version, SigningCertURL: address } = envelope
  if (text === undefined) return 'signature_missing'
  const isText = typeof text === 'string' && text.length <= signatureCharactersMax
  const signature = isText ? decodeBase64(text) : undefined
  if (!signature || (version !== '1' && version !== '2')) return 'signature_malformed'
  const lists = listsOf(declared.fields, envelope) ?? []
  const texts = lists.map((list) => signedText(list, envelope)).filter((one) => one !== undefined)
  if (texts.length === 0) return 'body_malformed'
  const { topicArn } = context.settings ?? {}
  if (topicArn !== undefined && envelope.TopicArn !== topicArn) return 'claim_mismatch'
  const late = refusedTime(declared, envelope.Timestamp, context)
  if (late) return late
  if (typeof address !== 'string' || !URL.canParse(address)) return 'certificate_refused'
  const url = new URL(address)
  if (!declared.isCertificateUrl(url)) return 'certificate_refused'
  return { url: url.href, algorithm: algorithms[version], signature, texts }
}

/**
 * The name and the value of each field on lines of their own; undefined where one is not as it must
 * be.
 */
function signedText(list: readonly string[], envelope: JsonObject): string | undefined {
  let text = ''
  for (const name of list) {
    const field = plain(name)
    const value = Object.hasOwn(envelope, field) ? envelope[field] : undefined
    if (name !== field && (value === undefined || value === null)) continue
    if (typeof value !== 'string') return undefined
    if (field !== textField && value.includes('\n')) return undefined
    text += `${field}\n${value}\n`
  }
  return text
}

function refusedTime(
  limits: AgeLimits,
  time: unknown,
  context: VerifyContext,
): RefusedReason | undefined {
  const atMs = typeof time === 'string' ? parseTime(time, 'iso') : undefined
  return atMs === undefined ? 'timestamp_malformed' : refusedAge(atMs, context, limits)
}

async function loadKey(fetch: Fetch, url: string): Promise<Loaded<KeyObject>> {
  const answer = await askRemote(fetch, { url })
  if (answer?.status !== 200) return { refused: 'certificate_unavailable' }
  const [certificate] = readCertificates(answer.body.toString('latin1')) ?? []
  return certificate ? { value: certificate.publicKey } : { refused: 'certificate_refused' }
}

/** The secret to sign with is a key with its certificate, in PEM. */
function sign(
  declared: SignedFields,
  body: Uint8Array,
  { secret, now, id }: SchemeSignOptions,
): Signed {
  const written = readEnvelope(body) ?? {}
  const version = written.SignatureVersion === '1' ? '1' : '2'
  const envelope: JsonObject = {
    ...written,
    MessageId: written.MessageId ?? id,
    Timestamp: formatTime(now, 'iso'),
    SignatureVersion: version,
    SigningCertURL: declared.signingUrl,
  }
  const [list = []] = listsOf(declared.fields, envelope) ?? []
  const text = signedText(list, envelope)
  if (!text) throw new TypeError('The body to sign is no envelope of a known Type with its fields.')
  const { privateKey } = readBundle(secret)
  const signature = signKeyPair(algorithms[version], privateKey, [text]).toString('base64')
  return { headers: [], body: Buffer.from(JSON.stringify({ ...envelope, Signature: signature })) }
}
