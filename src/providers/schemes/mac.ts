/**
 * The scheme of nine providers in ten: a keyed digest over a few parts, in a header. All of it is
 * data: how the header is written, what is signed, in which digest and encoding.
 */
import { type Digest, decodeMac, findKey, hmac, type MacEncoding } from '../../signing/hmac.ts'
import { macKeys } from '../../signing/key-cache.ts'
import { newSecret, type SecretShape, secretKey } from '../../signing/secret.ts'
import { formatTime, parseTime, type TimeUnit } from '../../signing/timestamp.ts'
import type { RefusedReason } from '../outcome.ts'
import type { VerifyContext } from '../request.ts'
import { type AgeLimits, refusedAge } from './age.ts'
import { type HeaderFormat, headerFormat, type ReadHeader } from './header-format.ts'
import type { Reading } from './reading.ts'
import {
  keyFact,
  refused,
  type Scheme,
  type SchemeOutcome,
  type SchemeSignOptions,
  type Signed,
} from './scheme.ts'
import { fillTemplate, parseTemplate, type TemplatePart, usesPart } from './template.ts'

export interface Mac {
  /** The header of the signature. */
  readonly header: string
  /** A newer name of that header, which counts where both are sent. */
  readonly newerHeader?: string
  /**
   * The header is numbered from 1, one for each key: `X-Signature-1`, `X-Signature-2`; any may
   * match.
   */
  readonly numbered?: boolean
  /** The header may come several times, which many hosts join with `, `; any may match. */
  readonly repeatable?: boolean
  /**
   * How the header is written: `{signature}` (the default), `sha256={signature}`, or pairs that
   * hold the time as well, `t={timestamp},v1={signature}`, where `v1` may come several times.
   */
  readonly format?: string
  /**
   * What is signed: `{body}`, `{timestamp}`, `{id}`, `{url}`, `{method}` and the text between them.
   */
  readonly signed: string
  readonly digest: Digest
  readonly encoding: MacEncoding
  /** Absent: the secret's own characters. */
  readonly key?: SecretShape
  /** The header of the time, where the signature's header does not hold it. */
  readonly timestampHeader?: string
  /** The path of the time in the signed body, where it stands there as a number. */
  readonly timestampPath?: string
  /** Absent: seconds. */
  readonly timestampUnit?: TimeUnit
  /** How far the time may be away. Absent: 300. */
  readonly toleranceSeconds?: number
  /** How far ahead, where that is less. Absent: the same in both directions. */
  readonly futureToleranceSeconds?: number
  /** The header of the id that is signed. */
  readonly idHeader?: string
  /** From the registered URL to the form of it that is signed. Absent: as it is registered. */
  readonly signedUrl?: (publicUrl: string) => string
}

/** A `Mac` read once, so that a request costs little more than its digest. */
interface CompiledMac {
  readonly digest: Digest
  readonly encoding: MacEncoding
  /** In lower case, as are all header names here. */
  readonly signatureHeaders: readonly string[]
  readonly isNumbered: boolean
  readonly format: HeaderFormat
  readonly template: readonly TemplatePart[]
  readonly key: SecretShape
  readonly keyOf: ReturnType<typeof macKeys>
  readonly timestampHeader: string | undefined
  readonly timestampPath: string | undefined
  readonly timestampUnit: TimeUnit
  readonly hasTime: boolean
  readonly hasUrl: boolean
  readonly age: AgeLimits
  readonly idHeader: string | undefined
  readonly signedUrl: (publicUrl: string) => string
}

const toleranceDefaultSeconds = 300
const numberedHeadersMax = 16
/**
 * Other characters could be read in two encodings, or let `id.timestamp` be cut in another place.
 */
const signedId = /^[\x21-\x2d\x2f-\x7e]{1,256}$/

export function mac(declared: Mac): Scheme {
  const compiled = compile(declared)
  const names = [...headerNames(declared), declared.timestampHeader, declared.idHeader].filter(
    (name) => name !== undefined,
  )
  return {
    headers: names.map((name) => name.toLowerCase()),
    ...(declared.repeatable && { repeatable: compiled.signatureHeaders }),
    facts: {
      algorithm: `HMAC-${declared.digest.toUpperCase()}, ${declared.encoding}`,
      headers: names,
      signed: declared.signed,
      ...(compiled.hasTime && ageFacts(compiled.age)),
      bodyAuthenticated: usesPart(compiled.template, 'body'),
      key: keyFact(compiled.key),
      ...(compiled.timestampPath && { needsPayload: true }),
    },
    verify: (reading, context) => verifyMac(compiled, reading, context),
    sign: (body, options) => signMac(declared, compiled, body, options),
    newSecrets: () => {
      const secret = newSecret(compiled.key)
      return { secret, signingSecret: secret }
    },
  }
}

/** One number where it is the same in both directions. */
function ageFacts({ toleranceSeconds, futureToleranceSeconds }: AgeLimits) {
  const isSame = toleranceSeconds === futureToleranceSeconds
  return isSame ? { toleranceSeconds } : { toleranceSeconds, futureToleranceSeconds }
}

/** In the order in which they count. */
function headerNames({ header, newerHeader, numbered }: Mac): readonly string[] {
  if (numbered) {
    return Array.from({ length: numberedHeadersMax }, (_, index) => `${header}-${index + 1}`)
  }
  return newerHeader ? [newerHeader, header] : [header]
}

function compile(declared: Mac): CompiledMac {
  const format = headerFormat(
    declared.format ?? '{signature}',
    declared.repeatable ? ', ' : undefined,
  )
  const template = parseTemplate(declared.signed)
  const key = declared.key ?? { form: 'text' }
  const { timestampHeader, timestampPath, toleranceSeconds = toleranceDefaultSeconds } = declared
  const { futureToleranceSeconds = toleranceSeconds } = declared
  return {
    digest: declared.digest,
    encoding: declared.encoding,
    signatureHeaders: headerNames(declared).map((name) => name.toLowerCase()),
    isNumbered: declared.numbered ?? false,
    format,
    template,
    key,
    keyOf: macKeys(key),
    timestampHeader: timestampHeader?.toLowerCase(),
    timestampPath,
    timestampUnit: declared.timestampUnit ?? 's',
    hasTime: format.hasTimestamp || Boolean(timestampHeader ?? timestampPath),
    hasUrl: usesPart(template, 'url'),
    age: { toleranceSeconds, futureToleranceSeconds },
    idHeader: declared.idHeader?.toLowerCase(),
    signedUrl: declared.signedUrl ?? ((publicUrl) => publicUrl),
  }
}

function verifyMac(mac: CompiledMac, reading: Reading, context: VerifyContext): SchemeOutcome {
  const found = readSignature(mac, reading, context)
  if (typeof found === 'string') return refused(found)
  const keys = context.secrets.map(mac.keyOf)
  if (keys.every((key) => key === undefined)) return refused('secret_missing')
  const parts = fillTemplate(mac.template, {
    body: reading.request.body,
    timestamp: found.timestamp,
    id: found.id,
    url: mac.signedUrl(context.settings?.publicUrl ?? ''),
    method: reading.request.method,
  })
  const secretIndex = findKey(keys, mac.digest, parts, found.signatures)
  if (secretIndex === -1) return refused('signature_mismatch')
  const late = checkBodyTime(mac, reading, context)
  if (late) return refused(late)
  return mac.idHeader ? { ok: true, secretIndex, id: found.id } : { ok: true, secretIndex }
}

interface FoundSignature {
  readonly signatures: readonly Buffer[]
  readonly timestamp: string
  readonly id: string
}

/** All that the headers say, or why the request is refused before any digest is computed. */
function readSignature(
  mac: CompiledMac,
  { headers }: Reading,
  context: VerifyContext,
): FoundSignature | RefusedReason {
  const written = readHeader(mac, headers)
  if (typeof written === 'string') return written
  const timestamp = mac.timestampHeader ? headers.get(mac.timestampHeader) : written.timestamp
  if (!mac.timestampPath) {
    const late = checkTimestamp(mac, timestamp, context)
    if (late) return late
  }
  const id = mac.idHeader ? headers.get(mac.idHeader) : ''
  if (id === undefined) return 'id_missing'
  if (mac.idHeader && !signedId.test(id)) return 'id_malformed'
  if (mac.hasUrl && !context.settings?.publicUrl) return 'setting_missing'
  const signatures: Buffer[] = []
  for (const text of written.signatures) {
    const signature = decodeMac(text, mac.digest, mac.encoding)
    if (signature) signatures.push(signature)
  }
  if (signatures.length === 0) return 'signature_malformed'
  return { signatures, timestamp: timestamp ?? '', id }
}

function readHeader(mac: CompiledMac, headers: Reading['headers']): ReadHeader | RefusedReason {
  const signatures: string[] = []
  for (const name of mac.signatureHeaders) {
    const value = headers.get(name)
    if (value === undefined) continue
    const read = mac.format.read(value)
    if (!mac.isNumbered) return read ?? 'signature_malformed'
    if (read) signatures.push(...read.signatures)
  }
  return signatures.length > 0 ? { signatures } : 'signature_missing'
}

function checkTimestamp(
  mac: CompiledMac,
  text: string | undefined,
  context: VerifyContext,
): RefusedReason | undefined {
  if (!mac.hasTime) return undefined
  if (!text) return 'timestamp_missing'
  const atMs = parseTime(text, mac.timestampUnit)
  if (atMs === undefined) return 'timestamp_malformed'
  return refusedAge(atMs, context, mac.age)
}

/** Asked after the signature matched: only then is the body what the provider wrote. */
function checkBodyTime(
  mac: CompiledMac,
  reading: Reading,
  context: VerifyContext,
): RefusedReason | undefined {
  if (!mac.timestampPath) return undefined
  const value = reading.at(mac.timestampPath)
  return checkTimestamp(mac, typeof value === 'number' ? String(value) : undefined, context)
}

function signMac(
  declared: Mac,
  mac: CompiledMac,
  body: Uint8Array,
  options: SchemeSignOptions,
): Signed {
  const { id } = options
  const key = secretKey(options.secret, mac.key)
  if (key === undefined) throw new TypeError('The secret to sign with is empty or not decodable.')
  const timestamp = formatTime(options.now, mac.timestampUnit)
  const url = mac.signedUrl(options.settings?.publicUrl ?? '')
  const parts = fillTemplate(mac.template, { body, timestamp, id, url, method: 'POST' })
  const signature = hmac(mac.digest, key, parts).toString(mac.encoding)
  const headers: [string, string][] = []
  if (declared.idHeader) headers.push([declared.idHeader, id])
  if (declared.timestampHeader) headers.push([declared.timestampHeader, timestamp])
  const header = declared.numbered ? `${declared.header}-1` : declared.header
  headers.push([header, mac.format.write(signature, timestamp)])
  return { headers }
}
