/**
 * A form of two fields: a payload in base64, and signatures of its text, each after the public key
 * that it belongs to. The key of the code is the SHA-1 of the secret.
 */
import { createHash } from 'node:crypto'
import { decodeUtf8 } from '../../base/bytes.ts'
import { decodeMac, findKey, hmac, signaturesMax } from '../../signing/hmac.ts'
import { newSecret, type SecretShape } from '../../signing/secret.ts'
import { readForm } from '../form.ts'
import type { VerifyContext } from '../request.ts'
import type { Reading } from './reading.ts'
import {
  refused,
  type Scheme,
  type SchemeOutcome,
  type SchemeSignOptions,
  type Signed,
} from './scheme.ts'

export interface SignedForm {
  readonly signatureField: string
  readonly payloadField: string
  /**
   * What a challenge looks like: it is signed for anybody who asks, so as a payload it proves
   * nothing.
   */
  readonly challenge: RegExp
}

const shape: SecretShape = { form: 'text' }
const payloadText = /^[A-Za-z0-9+/=\n]+$/

export function signedForm(declared: SignedForm): Scheme {
  const { payloadField, signatureField } = declared
  return {
    headers: [],
    facts: {
      algorithm: 'HMAC-SHA1, hexadecimal',
      headers: [],
      signed: `\`${payloadField}\` of the form; the signatures are in \`${signatureField}\``,
      bodyAuthenticated: true,
      key: 'the SHA-1 of the secret',
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

/** The bytes that the payload of the form stands for; undefined where there is none. */
export function formPayload(payloadField: string, body: Uint8Array): Buffer | undefined {
  const payload = readFields(body)?.get(payloadField)
  return payload === undefined ? undefined : Buffer.from(payload, 'base64')
}

/** The code of a text, or undefined where the secret is none. */
export function formCode(secret: string, text: string): string | undefined {
  const key = keyOf(secret)
  return key && hmac('sha1', key, [text]).toString('hex')
}

function keyOf(secret: string): Buffer | undefined {
  return secret.trim() === '' ? undefined : createHash('sha1').update(secret).digest()
}

/** The fields by name; undefined where one comes twice, so that nobody can take the other. */
function readFields(body: Uint8Array): Map<string, string> | undefined {
  const fields = readForm(decodeUtf8(body) ?? '{}')
  const byName = new Map(fields)
  return fields && byName.size === fields.length ? byName : undefined
}

function verify(
  declared: SignedForm,
  { request }: Reading,
  { secrets, settings }: VerifyContext,
): SchemeOutcome {
  const fields = readFields(request.body)
  if (!fields) return refused('body_malformed')
  const written = fields.get(declared.signatureField)
  const payload = fields.get(declared.payloadField)
  if (!written) return refused('signature_missing')
  if (!payload || !payloadText.test(payload)) return refused('body_malformed')
  if (declared.challenge.test(payload)) return refused('body_malformed')
  if (!settings?.publicKey) return refused('setting_missing')
  const signatures = readSignatures(written, settings.publicKey)
  if (signatures.length === 0) return refused('signature_malformed')
  const keys = secrets.map(keyOf)
  if (keys.every((key) => key === undefined)) return refused('secret_missing')
  // A line end after the payload is signed, and gets lost in some forms.
  const indexes = [[payload], [payload, '\n']].map((parts) =>
    findKey(keys, 'sha1', parts, signatures),
  )
  const secretIndex = indexes.find((index) => index !== -1)
  return secretIndex === undefined ? refused('signature_mismatch') : { ok: true, secretIndex }
}

/** Those of `key|signature`, joined by `&`, that belong to this public key. */
function readSignatures(written: string, publicKey: string): Buffer[] {
  const pairs = written.split('&').slice(0, signaturesMax)
  return pairs.flatMap((pair) => {
    const [key, code = '', ...others] = pair.split('|')
    const signature = decodeMac(code, 'sha1', 'hex')
    return key === publicKey && signature && others.length === 0 ? [signature] : []
  })
}

function sign(
  { signatureField, payloadField }: SignedForm,
  body: Uint8Array,
  { secret, settings }: SchemeSignOptions,
): Signed {
  const payload = `${Buffer.from(body).toString('base64')}\n`
  const code = formCode(secret, payload)
  if (!code || !settings?.publicKey) {
    throw new TypeError('There is no secret to sign with, or no settings.publicKey beside it.')
  }
  const form = new URLSearchParams({
    [signatureField]: `${settings.publicKey}|${code}`,
    [payloadField]: payload,
  })
  return { headers: [], body: Buffer.from(String(form)) }
}
