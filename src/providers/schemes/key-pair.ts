/**
 * A signature by the provider's private key in a header, over the time and the body. The receiver
 * is given the public key in place of a secret.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { decodeBase64, decodeHex } from '../../base/bytes.ts'
import { rememberKeys } from '../../signing/key-cache.ts'
import {
  ed25519PrivateKey,
  ed25519PublicBytes,
  ed25519PublicKey,
  newKeyPair,
  signKeyPair,
  spkiPublicKey,
  verifyKeyPair,
} from '../../signing/key-pair.ts'
import { formatTime, parseTime } from '../../signing/timestamp.ts'
import type { VerifyContext } from '../request.ts'
import { type AgeLimits, refusedAge } from './age.ts'
import type { Reading } from './reading.ts'
import { refused, type Scheme, type SchemeOutcome, type SecretPair } from './scheme.ts'

export interface KeyPair extends AgeLimits {
  readonly header: string
  /** In whole seconds; signed before the body, with nothing between the two. */
  readonly timestampHeader: string
  readonly form: KeyPairForm
}

/** How key and signature are written. */
export type KeyPairForm = 'ed25519-hex' | 'p256-base64'

interface Form {
  readonly algorithm: 'ed25519' | 'p256-der'
  readonly facts: { readonly algorithm: string; readonly key: string }
  readonly encoding: 'hex' | 'base64'
  readSignature(text: string): Buffer | undefined
  readPublicKey(secret: string): KeyObject | undefined
  readPrivateKey(secret: string): KeyObject | undefined
  writeSecrets(publicKey: KeyObject, privateKey: KeyObject): SecretPair
}

/** Both, with the public keys of secrets kept. */
interface CompiledKeyPair extends KeyPair, Form {
  readonly publicKeyOf: (secret: string) => KeyObject | undefined
}

/** The longest signature is one of P-256 in DER: longer text is not worth decoding. */
const signatureCharactersMax = 256

const forms = {
  'ed25519-hex': {
    algorithm: 'ed25519',
    facts: { algorithm: 'Ed25519, hexadecimal', key: 'the public key in hexadecimal' },
    encoding: 'hex',
    readSignature: decodeHex,
    readPublicKey: (secret) => ed25519PublicKey(decodeHex(secret.toLowerCase()) ?? Buffer.alloc(0)),
    readPrivateKey: (secret) => ed25519PrivateKey(Buffer.from(secret, 'hex')),
    writeSecrets: (publicKey, privateKey) => ({
      secret: ed25519PublicBytes(publicKey).toString('hex'),
      signingSecret: exported(privateKey).subarray(-32).toString('hex'),
    }),
  },
  'p256-base64': {
    algorithm: 'p256-der',
    facts: {
      algorithm: 'ECDSA P-256, SHA-256, base64',
      key: 'the public key as the console shows it',
    },
    encoding: 'base64',
    readSignature: decodeBase64,
    readPublicKey: (secret) => spkiPublicKey(decodeBase64(withoutArmor(secret)) ?? Buffer.alloc(0)),
    readPrivateKey: (secret) =>
      createPrivateKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'pkcs8' }),
    writeSecrets: (publicKey, privateKey) => ({
      secret: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
      signingSecret: exported(privateKey).toString('base64'),
    }),
  },
} as const satisfies Record<KeyPairForm, Form>

/** The base64 of a key that is kept as PEM, in one line; any other text as it is. */
function withoutArmor(secret: string): string {
  const armored = /^-----BEGIN PUBLIC KEY-----([\w+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(secret)
  return armored?.[1]?.replace(/\s/g, '') ?? secret
}

function exported(privateKey: KeyObject): Buffer {
  return privateKey.export({ format: 'der', type: 'pkcs8' })
}

export function keyPair(declared: KeyPair): Scheme {
  const { header, timestampHeader, toleranceSeconds, futureToleranceSeconds } = declared
  const form: Form = forms[declared.form]
  const publicKeyOf = rememberKeys(form.readPublicKey)
  return {
    headers: [header.toLowerCase(), timestampHeader.toLowerCase()],
    facts: {
      ...form.facts,
      headers: [header, timestampHeader],
      signed: '{timestamp}{body}',
      toleranceSeconds,
      futureToleranceSeconds,
      bodyAuthenticated: true,
    },
    verify: (reading, context) => verify({ ...declared, ...form, publicKeyOf }, reading, context),
    sign(body, { secret, now }) {
      const key = form.readPrivateKey(secret)
      if (!key) throw new TypeError('The secret to sign with is no private key.')
      const timestamp = formatTime(now, 's')
      const signature = signKeyPair(form.algorithm, key, [timestamp, body]).toString(form.encoding)
      return {
        headers: [
          [header, signature],
          [timestampHeader, timestamp],
        ],
      }
    },
    newSecrets() {
      const { publicKey, privateKey } = newKeyPair(form.algorithm)
      return form.writeSecrets(publicKey, privateKey)
    },
  }
}

function verify(
  declared: CompiledKeyPair,
  { headers, request }: Reading,
  context: VerifyContext,
): SchemeOutcome {
  const text = headers.get(declared.header.toLowerCase())
  if (!text) return refused('signature_missing')
  const timestamp = headers.get(declared.timestampHeader.toLowerCase())
  if (!timestamp) return refused('timestamp_missing')
  const atMs = parseTime(timestamp, 's')
  if (atMs === undefined) return refused('timestamp_malformed')
  const late = refusedAge(atMs, context, declared)
  if (late) return refused(late)
  const signature = text.length > signatureCharactersMax ? undefined : declared.readSignature(text)
  if (!signature) return refused('signature_malformed')
  const keys = context.secrets.map(declared.publicKeyOf)
  if (keys.every((key) => key === undefined)) return refused('secret_missing')
  const parts = [timestamp, request.body]
  const secretIndex = keys.findIndex(
    (key) => key !== undefined && verifyKeyPair(declared.algorithm, key, parts, signature),
  )
  return secretIndex === -1 ? refused('signature_mismatch') : { ok: true, secretIndex }
}
