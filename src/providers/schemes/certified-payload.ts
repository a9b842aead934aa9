/**
 * A body that is one JSON Web Signature, which brings its certificates along: three of them, of
 * which the last is not looked at, because the chain must lead to a root that is known already.
 * What the signature holds is the payload; nothing else of the body is.
 */
import type { X509Certificate } from 'node:crypto'
import { decodeBase64, decodeUtf8 } from '../../base/bytes.ts'
import { type Json, type JsonObject, parseJson, valueAt } from '../../base/json.ts'
import {
  hasExtension,
  isIssuedBy,
  isValidAt,
  readBundle,
  readCertificate,
  writeBundle,
} from '../../signing/certificate.ts'
import { issueCertificate, newAuthority } from '../../signing/issue-certificate.ts'
import { type Jws, readJws, signJws, verifyJws } from '../../signing/jws.ts'
import { newKeyPair } from '../../signing/key-pair.ts'
import { checkTime, toleranceOf } from '../../signing/timestamp.ts'
import type { RefusedReason } from '../outcome.ts'
import type { ProviderSettings, VerifyContext } from '../request.ts'
import type { Reading } from './reading.ts'
import {
  refused,
  type Scheme,
  type SchemeOutcome,
  type SchemeSignOptions,
  type SecretPair,
  type Signed,
} from './scheme.ts'
import { trustedRoots } from './trusted-roots.ts'

export interface CertifiedPayload {
  /** The field of the body that holds the signature. */
  readonly field: string
  /**
   * The claim that holds the time of the signature, in milliseconds, and the one that holds the id.
   */
  readonly timeClaim: string
  readonly idClaim: string
  /** Object identifiers of the extensions that mark certificates as made for this. */
  readonly leafExtension: string
  readonly middleExtension: string
  /** What ends the chain, where a source is set to nothing else. */
  readonly roots: () => readonly X509Certificate[]
  /** Why the payload is not for this source, or undefined. */
  readonly refusedClaims: (
    payload: JsonObject,
    settings: ProviderSettings,
  ) => RefusedReason | undefined
}

const certificatesCount = 3
/** As the provider's own verifier has it, for the dates of certificates. */
const certificateSkewMs = 60_000
const futureSeconds = 300

export function certifiedPayload(declared: CertifiedPayload): Scheme {
  return {
    headers: [],
    facts: {
      algorithm: 'JSON Web Signature, ES256, with its certificates',
      headers: [],
      signed: `the payload of the signature in \`${declared.field}\``,
      bodyAuthenticated: true,
      key: 'the first certificate, under a root that is known; there is no secret',
      needsPayload: true,
    },
    verify: (reading, context) => verify(declared, reading, context),
    sign: (body, options) => sign(declared, body, options),
    newSecrets: () => newSecrets(declared),
  }
}

/** What the signature holds, not verified. */
export function parseCertifiedPayload(field: string, body: Uint8Array): Json | undefined {
  return readSignature(field, body)?.payload
}

function readSignature(field: string, body: Uint8Array): Jws | undefined {
  const text = valueAt(parseJson(decodeUtf8(body) ?? ''), field)
  return typeof text === 'string' ? readJws(text) : undefined
}

function verify(
  declared: CertifiedPayload,
  { request }: Reading,
  context: VerifyContext,
): SchemeOutcome {
  const jws = readSignature(declared.field, request.body)
  if (!jws) return refused('body_malformed')
  const { settings = {} } = context
  const roots = trustedRoots(settings, declared.roots)
  if (!roots) return refused('setting_missing')
  const wrong = declared.refusedClaims(jws.payload, settings)
  if (wrong) return refused(wrong)
  const atMs = jws.payload[declared.timeClaim] ?? context.now * 1000
  if (typeof atMs !== 'number' || !Number.isSafeInteger(atMs)) return refused('timestamp_malformed')
  const late = refusedTime(atMs, context)
  if (late) return refused(late)
  const leaf = readLeaf(declared, jws, { roots, atMs })
  if (!leaf) return refused('certificate_refused')
  const isSigned = verifyJws(jws, 'ES256', leaf.publicKey)
  return isSigned ? { ok: true, secretIndex: 0 } : refused('signature_mismatch')
}

/** A signature stays true: only a tolerance that is set makes one too old. */
function refusedTime(atMs: number, { now, settings }: VerifyContext): RefusedReason | undefined {
  const set = settings?.toleranceSeconds
  return checkTime(
    atMs,
    now,
    toleranceOf(set, Number.MAX_SAFE_INTEGER),
    toleranceOf(set, futureSeconds),
  )
}

/**
 * The first certificate, if the chain from it to a root was valid at that time and made for this.
 */
function readLeaf(
  { leafExtension, middleExtension }: CertifiedPayload,
  { header }: Jws,
  { roots, atMs }: { readonly roots: readonly X509Certificate[]; readonly atMs: number },
): X509Certificate | undefined {
  const chain = Array.isArray(header.x5c) ? header.x5c : []
  if (chain.length !== certificatesCount) return undefined
  const [leaf, middle] = chain.slice(0, 2).map(readBase64Certificate)
  const root = middle && roots.find((one) => isIssuedBy(middle, one))
  if (!leaf || !root || !middle.ca || !isIssuedBy(leaf, middle)) return undefined
  const areValid = [leaf, middle, root].every((one) => isValidAt(one, atMs, certificateSkewMs))
  const areMarked = hasExtension(leaf, leafExtension) && hasExtension(middle, middleExtension)
  return areValid && areMarked ? leaf : undefined
}

function readBase64Certificate(text: Json): X509Certificate | undefined {
  const der = typeof text === 'string' ? decodeBase64(text) : undefined
  return der && readCertificate(der)
}

/**
 * The secret to sign with is a key with its three certificates, in PEM; the body is the payload.
 */
function sign(
  { field, timeClaim, idClaim }: CertifiedPayload,
  body: Uint8Array,
  { secret, now, id }: SchemeSignOptions,
): Signed {
  const payload = parseJson(decodeUtf8(body) ?? '')
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) {
    throw new TypeError('The body to sign is no JSON object.')
  }
  const { privateKey, certificates } = readBundle(secret)
  const x5c = certificates.map(({ raw }) => raw.toString('base64'))
  const claims = { [idClaim]: id, ...payload, [timeClaim]: Math.floor(now * 1000) }
  const text = signJws({ alg: 'ES256', x5c }, JSON.stringify(claims), privateKey)
  return { headers: [], body: Buffer.from(JSON.stringify({ [field]: text })) }
}

function newSecrets({ leafExtension, middleExtension }: CertifiedPayload): SecretPair {
  const root = newAuthority('Pretended Root')
  const [middleKeys, leafKeys] = [newKeyPair('p256'), newKeyPair('p256')]
  const middle = {
    commonName: 'Pretended Authority',
    publicKey: middleKeys.publicKey,
    isAuthority: true,
    extensions: [middleExtension],
  }
  const leaf = {
    commonName: 'Pretended Signer',
    publicKey: leafKeys.publicKey,
    extensions: [leafExtension],
  }
  const chain = [
    issueCertificate(leaf, { ...middle, privateKey: middleKeys.privateKey }),
    issueCertificate(middle, root),
    root.certificate,
  ]
  return { secret: '', signingSecret: writeBundle(leafKeys.privateKey, chain) }
}
