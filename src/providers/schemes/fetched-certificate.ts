/**
 * A signature by RSA whose certificate is at an address that the request names: asked for at the
 * provider's own hosts alone, followed to a root, for the provider's own name. Of the body only the
 * CRC-32 is signed, which anybody can keep while changing the body, so the body is not
 * authenticated.
 */
import { randomBytes, type X509Certificate } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { decodeBase64 } from '../../base/bytes.ts'
import {
  commonName,
  isTrusted,
  isValidAt,
  readBundle,
  readCertificate,
  readCertificates,
  writeBundle,
} from '../../signing/certificate.ts'
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
  type SecretPair,
  type Signed,
} from './scheme.ts'
import { publicRoots, trustedRoots } from './trusted-roots.ts'

export interface FetchedCertificate extends AgeLimits {
  readonly headers: {
    readonly id: string
    readonly time: string
    readonly signature: string
    readonly certificateUrl: string
    readonly algorithm: string
  }
  /** The only value that the header of the algorithm may have. */
  readonly algorithm: string
  /** Where the certificate may be; by exact name. */
  readonly hosts: readonly string[]
  /** Whose certificate it must be; by exact name. */
  readonly commonNames: readonly string[]
  /** Where a certificate between it and the root may be, if the first file does not hold it. */
  readonly issuerHosts: readonly string[]
  /** Where the pretended provider says that its certificate is. */
  readonly signingUrl: string
}

const cacheLimits = { entriesMax: 32, secondsMax: 86_400, failuresPerMinuteMax: 60 }
const signatureCharactersMax = 1_024
/** Without the character that parts the signed text. */
const transmissionId = /^[\w-]{1,128}$/

export function fetchedCertificate(declared: FetchedCertificate): Scheme {
  const { headers, toleranceSeconds, futureToleranceSeconds } = declared
  const cache = remoteCache<X509Certificate>(cacheLimits)
  const names = Object.values(headers)
  return {
    headers: names.map((name) => name.toLowerCase()),
    facts: {
      algorithm: 'RSA with SHA-256, base64',
      headers: names,
      signed: 'the id, the time, the secret and the CRC-32 of the body in decimal, joined by `|`',
      toleranceSeconds,
      futureToleranceSeconds,
      bodyAuthenticated: false,
      key:
        'the certificate at the address that the request names; the secret is part of what is ' +
        'signed',
    },
    verify: (reading, context) => verify(declared, cache, reading, context),
    sign: (body, options) => sign(declared, body, options),
    newSecrets: () => newSecrets(declared),
  }
}

interface Found {
  readonly url: string
  readonly signature: Uint8Array
  /** What is signed, but for the secret in its middle. */
  readonly before: string
  readonly after: string
}

async function verify(
  declared: FetchedCertificate,
  cache: RemoteCache<X509Certificate>,
  reading: Reading,
  context: VerifyContext,
): Promise<SchemeOutcome> {
  const found = readRequest(declared, reading, context)
  if (typeof found === 'string') return refused(found)
  const secrets = context.secrets.map((secret) => secret.trim() !== '' && secret)
  if (!secrets.some(Boolean)) return refused('secret_missing')
  const key = JSON.stringify([found.url, context.settings?.trustedRoots])
  const load = (fetch: Fetch) => loadCertificate(declared, fetch, found.url, context)
  const loaded = await findRemote(cache, context, { key, load })
  if ('refused' in loaded) return refused(loaded.refused)
  const certificate = loaded.value
  // It may have ended since it was loaded.
  if (!isValidAt(certificate, context.now * 1000)) return refused('certificate_refused')
  const secretIndex = secrets.findIndex(
    (secret) =>
      secret !== false &&
      verifyKeyPair(
        'rsa-sha256',
        certificate.publicKey,
        [found.before, secret, found.after],
        found.signature,
      ),
  )
  return secretIndex === -1 ? refused('signature_mismatch') : { ok: true, secretIndex }
}

/** All that the headers say, or why the request is refused before anybody is asked. */
function readRequest(
  declared: FetchedCertificate,
  { headers, request }: Reading,
  context: VerifyContext,
): Found | RefusedReason {
  const value = (name: keyof FetchedCertificate['headers']) =>
    headers.get(declared.headers[name].toLowerCase()) ?? ''
  const [id, time, text] = [value('id'), value('time'), value('signature')]
  if (text === '') return 'signature_missing'
  if (id === '') return 'id_missing'
  if (time === '') return 'timestamp_missing'
  if (!transmissionId.test(id)) return 'id_malformed'
  const atMs = parseTime(time, 'iso')
  if (atMs === undefined) return 'timestamp_malformed'
  const late = refusedAge(atMs, context, declared)
  if (late) return late
  const signature = text.length > signatureCharactersMax ? undefined : decodeBase64(text)
  if (!signature || value('algorithm') !== declared.algorithm) return 'signature_malformed'
  const url = certificateUrl(value('certificateUrl'), declared.hosts)
  if (url === undefined) return 'certificate_refused'
  return { url, signature, before: `${id}|${time}|`, after: `|${crc32(request.body)}` }
}

/**
 * The address where it is asked for, or undefined where that is not one of these hosts, by https
 * alone.
 */
function certificateUrl(text: string, hosts: readonly string[]): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  // Written out again from what was checked: a port, a password or a query makes another address.
  // With a query that the host passes over, a stranger could have the same file fetched time and
  // again.
  const isKnown =
    hosts.includes(url.hostname) && url.href === `https://${url.hostname}${url.pathname}`
  return isKnown ? url.href : undefined
}

async function loadCertificate(
  declared: FetchedCertificate,
  fetch: Fetch,
  url: string,
  { now, settings }: VerifyContext,
): Promise<Loaded<X509Certificate>> {
  const roots = trustedRoots(settings, publicRoots)
  if (!roots) return { refused: 'setting_missing' }
  const answer = await askRemote(fetch, { url })
  if (answer?.status !== 200) return { refused: 'certificate_unavailable' }
  const certificates = readCertificates(answer.body.toString('latin1')) ?? []
  const certificate = certificates.find((one) =>
    declared.commonNames.includes(commonName(one) ?? ''),
  )
  if (!certificate) return { refused: 'certificate_refused' }
  const chain = { between: certificates, roots, atMs: now * 1000 }
  if (isTrusted(certificate, chain)) return { value: certificate }
  const issuer = await loadIssuer(declared, fetch, certificate)
  const between = issuer ? [...certificates, issuer] : []
  const isWhole = isTrusted(certificate, { ...chain, between })
  return isWhole ? { value: certificate } : { refused: 'certificate_refused' }
}

/** The certificate above it, where it says that this is at a host of its issuer. */
async function loadIssuer(
  { issuerHosts }: FetchedCertificate,
  fetch: Fetch,
  { infoAccess }: X509Certificate,
): Promise<X509Certificate | undefined> {
  const named = /^CA Issuers - URI:http:\/\/(\S+)$/m.exec(infoAccess ?? '')?.[1]
  const url = certificateUrl(`https://${named}`, issuerHosts)
  const answer = url === undefined ? undefined : await askRemote(fetch, { url })
  return answer?.status === 200 ? readCertificate(answer.body) : undefined
}

/**
 * The secret to sign with is the receiver's, and after a line end the key with its certificates.
 */
function sign(
  { headers, algorithm, signingUrl }: FetchedCertificate,
  body: Uint8Array,
  { secret, now, id }: SchemeSignOptions,
): Signed {
  const lineEnd = secret.indexOf('\n')
  const { privateKey } = readBundle(secret.slice(lineEnd + 1))
  const time = formatTime(now, 'iso')
  const parts = [`${id}|${time}|${secret.slice(0, lineEnd)}|${crc32(body)}`]
  const signature = signKeyPair('rsa-sha256', privateKey, parts).toString('base64')
  return {
    headers: [
      [headers.id, id],
      [headers.time, time],
      [headers.signature, signature],
      [headers.certificateUrl, signingUrl],
      [headers.algorithm, algorithm],
    ],
  }
}

function newSecrets({ commonNames: [name = ''] }: FetchedCertificate): SecretPair {
  const secret = randomBytes(12).toString('hex').toUpperCase()
  const root = newAuthority('Pretended Root')
  const { publicKey, privateKey } = newKeyPair('rsa-sha256')
  const certificate = issueCertificate({ commonName: name, publicKey }, root)
  const bundle = writeBundle(privateKey, [certificate, root.certificate])
  return { secret, signingSecret: `${secret}\n${bundle}` }
}
