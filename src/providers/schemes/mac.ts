/**
 * The scheme of nine providers in ten: a keyed digest over a few parts, in a header. All of it is data:
 * how the header is written, what is signed, in which digest and encoding.
 */
import { randomBytes } from 'node:crypto'
import { type Digest, decodeMac, findKey, hmac, type MacEncoding } from '../../signing/hmac.ts'
import { newSecret, type SecretShape, secretKey } from '../../signing/secret.ts'
import {
  checkTime,
  formatTime,
  parseTime,
  type TimeUnit,
  toleranceOf,
} from '../../signing/timestamp.ts'
import type { RefusedReason } from '../outcome.ts'
import type { SignOptions, VerifyContext } from '../request.ts'
import { type HeaderFormat, headerFormat } from './header-format.ts'
import type { Reading } from './reading.ts'
import { refused, type Scheme, type SchemeOutcome, type Signed } from './scheme.ts'
import { fillTemplate, parseTemplate, type TemplatePart, usesPart } from './template.ts'

export interface Mac {
  /** The header of the signature; of several, the first that is present counts. */
  readonly header: string | readonly string[]
  /**
   * How the header is written: `{signature}` (the default), `sha256={signature}`, or pairs that hold the
   * time as well, `t={timestamp},v1={signature}`, where `v1` may come several times.
   */
  readonly format?: string
  /** Between several signatures in one header. Absent: the header holds one. */
  readonly separator?: string
  /** What is signed: `{body}`, `{timestamp}`, `{id}`, `{url}`, `{method}` and the text between them. */
  readonly signed: string
  readonly digest: Digest
  readonly encoding: MacEncoding
  /** Absent: the secret's own characters. */
  readonly key?: SecretShape
  /** The header of the time, where the signature's header does not hold it. */
  readonly timestampHeader?: string
  /** Absent: seconds. */
  readonly timestampUnit?: TimeUnit
  /** How far the time may be away, in both directions. */
  readonly toleranceSeconds?: number
  /** The header of the id that is signed. */
  readonly idHeader?: string
}

/** A `Mac` with its formats read once, so that a request costs no more than its digest. */
interface CompiledMac extends Mac {
  readonly signatureHeaders: readonly string[]
  readonly headerFormat: HeaderFormat
  readonly template: readonly TemplatePart[]
  readonly shape: SecretShape
}

const toleranceDefaultSeconds = 300
/** A full stop would let `id.timestamp.body` be cut in another place: the spec forbids it in ids. */
const signedId = /^[\x21-\x2d\x2f-\x7e]{1,256}$/

export function mac(declared: Mac): Scheme {
  const headers = typeof declared.header === 'string' ? [declared.header] : declared.header
  const compiled: CompiledMac = {
    ...declared,
    signatureHeaders: headers.map((name) => name.toLowerCase()),
    headerFormat: headerFormat(declared.format ?? '{signature}', declared.separator),
    template: parseTemplate(declared.signed),
    shape: declared.key ?? { form: 'text' },
  }
  const names = [...headers, declared.timestampHeader, declared.idHeader].filter(
    (name) => name !== undefined,
  )
  return {
    headers: names.map((name) => name.toLowerCase()),
    facts: {
      algorithm: `HMAC-${declared.digest.toUpperCase()}, ${declared.encoding}`,
      headers: names,
      signed: declared.signed,
      ...(usesTime(compiled) && {
        toleranceSeconds: declared.toleranceSeconds ?? toleranceDefaultSeconds,
      }),
      bodyAuthenticated: usesPart(compiled.template, 'body'),
      key: keyFact(compiled.shape),
    },
    verify: (reading, context) => verifyMac(compiled, reading, context),
    sign: (body, options) => signMac(compiled, body, options),
    newSecret: () => {
      const secret = newSecret(compiled.shape)
      return { secret, signingSecret: secret }
    },
  }
}

function usesTime(declared: CompiledMac): boolean {
  return declared.headerFormat.hasTimestamp || declared.timestampHeader !== undefined
}

function keyFact({ form, prefix }: SecretShape): string {
  if (form === 'text') return 'the secret as it is'
  return `the secret, ${form}-decoded${prefix ? ` after \`${prefix}\`` : ''}`
}

function verifyMac(declared: CompiledMac, reading: Reading, context: VerifyContext): SchemeOutcome {
  const found = readSignature(declared, reading, context)
  if (typeof found === 'string') return refused(found)
  const keys = context.secrets.map((secret) => secretKey(secret, declared.shape))
  if (keys.every((key) => key === undefined)) return refused('secret_missing')
  const secretIndex = findKey(
    keys,
    declared.digest,
    fillTemplate(declared.template, {
      body: reading.request.body,
      timestamp: found.timestamp,
      id: found.id,
      url: context.settings?.publicUrl ?? '',
      method: reading.request.method,
    }),
    found.signatures,
  )
  if (secretIndex === -1) return refused('signature_mismatch')
  return declared.idHeader ? { ok: true, secretIndex, id: found.id } : { ok: true, secretIndex }
}

interface FoundSignature {
  readonly signatures: readonly Buffer[]
  readonly timestamp: string
  readonly id: string
}

/** All that the headers say, or why it is refused before any digest is computed. */
function readSignature(
  declared: CompiledMac,
  reading: Reading,
  context: VerifyContext,
): FoundSignature | RefusedReason {
  const header = signatureHeader(declared, reading)
  if (header === undefined) return 'signature_missing'
  const written = declared.headerFormat.read(header)
  if (!written) return 'signature_malformed'
  const timestamp = timestampText(declared, reading, written.timestamp)
  const timeRefused = checkTimestamp(declared, timestamp, context)
  if (timeRefused) return timeRefused
  const id = declared.idHeader ? reading.headers.get(declared.idHeader.toLowerCase()) : ''
  if (id === undefined) return 'id_missing'
  if (declared.idHeader && !signedId.test(id)) return 'id_malformed'
  if (usesPart(declared.template, 'url') && !context.settings?.publicUrl) return 'setting_missing'
  const signatures = written.signatures
    .map((text) => decodeMac(text, declared.digest, declared.encoding))
    .filter((signature) => signature !== undefined)
  if (signatures.length === 0) return 'signature_malformed'
  return { signatures, timestamp: timestamp ?? '', id }
}

function signatureHeader(declared: CompiledMac, reading: Reading): string | undefined {
  for (const name of declared.signatureHeaders) {
    const value = reading.headers.get(name)
    if (value !== undefined) return value
  }
  return undefined
}

function timestampText(
  declared: CompiledMac,
  reading: Reading,
  inSignature: string | undefined,
): string | undefined {
  if (declared.timestampHeader === undefined) return inSignature
  return reading.headers.get(declared.timestampHeader.toLowerCase())
}

function checkTimestamp(
  declared: CompiledMac,
  text: string | undefined,
  context: VerifyContext,
): RefusedReason | undefined {
  if (!usesTime(declared)) return undefined
  if (text === undefined || text === '') return 'timestamp_missing'
  const atMs = parseTime(text, declared.timestampUnit ?? 's')
  if (atMs === undefined) return 'timestamp_malformed'
  const declaredSeconds = declared.toleranceSeconds ?? toleranceDefaultSeconds
  const seconds = toleranceOf(context.settings?.toleranceSeconds, declaredSeconds)
  return checkTime(atMs, context.now, seconds)
}

function signMac(declared: CompiledMac, body: Uint8Array, options: SignOptions): Signed {
  const key = secretKey(options.secret, declared.shape)
  if (key === undefined) throw new TypeError('The secret to sign with is empty or not decodable.')
  const timestamp = formatTime(options.now, declared.timestampUnit ?? 's')
  const id = options.id ?? `msg_${randomBytes(12).toString('hex')}`
  const parts = fillTemplate(declared.template, {
    body,
    timestamp,
    id,
    url: options.settings?.publicUrl ?? '',
    method: 'POST',
  })
  const signature = hmac(declared.digest, key, parts).toString(declared.encoding)
  const header = typeof declared.header === 'string' ? declared.header : declared.header[0]
  const headers: [string, string][] = []
  if (declared.idHeader) headers.push([declared.idHeader, id])
  if (declared.timestampHeader) headers.push([declared.timestampHeader, timestamp])
  headers.push([header ?? '', declared.headerFormat.write(signature, timestamp)])
  return { headers }
}
