/**
 * X.509 certificates: reading them, what stands in them, and whether a chain leads from one to a
 * root that is trusted. Revocation is not looked up. Nothing here fetches.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type DerValue, derTag, readDer, writeOid } from './der.ts'

const certificateBlock = /-----BEGIN CERTIFICATE-----[\w+/=\s]+-----END CERTIFICATE-----/g
const privateKeyBlock = /-----BEGIN PRIVATE KEY-----[\w+/=\s]+-----END PRIVATE KEY-----/
/** A file holds a certificate and those above it. */
const certificatesMax = 8
/** From the certificate to the root, both counted. */
const chainLengthMax = 5

/** The certificates of a text, or undefined where one of them can not be read or there are none. */
export function readCertificates(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(certificateBlock) ?? []
  if (blocks.length === 0 || blocks.length > certificatesMax) return undefined
  const certificates = blocks.map((block) => readCertificate(block))
  return certificates.every((one) => one !== undefined) ? certificates : undefined
}

/** A certificate in PEM or DER, with a key of a kind that is known. */
export function readCertificate(bytes: string | Uint8Array): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(bytes)
    // Reading the key throws where its kind is not known; here, and never later.
    return certificate.publicKey.type === 'public' ? certificate : undefined
  } catch {
    return undefined
  }
}

/**
 * A private key with its certificate and those above it, as one text: what a pretend company signs
 * with.
 */
export interface SigningBundle {
  readonly privateKey: KeyObject
  readonly certificates: readonly X509Certificate[]
}

export function readBundle(pem: string): SigningBundle {
  const key = privateKeyBlock.exec(pem)?.[0]
  const certificates = readCertificates(pem)
  if (!key || !certificates) {
    throw new TypeError('The secret to sign with is no private key with its certificates, in PEM.')
  }
  return { privateKey: createPrivateKey(key), certificates }
}

export function writeBundle(
  privateKey: KeyObject,
  certificates: readonly X509Certificate[],
): string {
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' })
  return [key, ...certificates.map(String)].join('')
}

/** The one common name of its subject; undefined where it has none or several. */
export function commonName(certificate: X509Certificate): string | undefined {
  // One line for each part; line ends in a value are escaped.
  const names = certificate.subject.split('\n').filter((line) => line.startsWith('CN='))
  return names.length === 1 ? names[0]?.slice('CN='.length) : undefined
}

/** Whether it is valid at this time, give or take a clock's difference. */
export function isValidAt(certificate: X509Certificate, atMs: number, skewMs = 0): boolean {
  const from = Date.parse(certificate.validFrom)
  const to = Date.parse(certificate.validTo)
  return from <= atMs + skewMs && to >= atMs - skewMs
}

/** Whether one made the other: by name, by what its key may be used for and by its signature. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

export interface ChainOptions {
  /** Certificates that may stand between the two; they are trusted with nothing. */
  readonly between: readonly X509Certificate[]
  readonly roots: readonly X509Certificate[]
  readonly atMs: number
}

/** Whether a chain of certificates, all of them valid at that time, leads to one of the roots. */
export function isTrusted(
  certificate: X509Certificate,
  options: ChainOptions,
  length = 1,
): boolean {
  const { between, roots, atMs } = options
  if (!isValidAt(certificate, atMs)) return false
  if (roots.some((root) => root.raw.equals(certificate.raw))) return true
  if (length === chainLengthMax) return false
  if (roots.some((root) => isValidAt(root, atMs) && isIssuedBy(certificate, root))) return true
  const above = between.filter(
    (one) => one.ca && !one.raw.equals(certificate.raw) && isIssuedBy(certificate, one),
  )
  return above.some((one) => isTrusted(one, options, length + 1))
}

/** Whether it has the extension of this object identifier. */
export function hasExtension({ raw }: X509Certificate, dotted: string): boolean {
  const wanted = writeOid(dotted)
  return extensionsOf(raw).some(({ content }) =>
    Buffer.from(content.subarray(0, wanted.length)).equals(wanted),
  )
}

/** Certificate, its first part, the part tagged 3, the list in it: each one an extension. */
function extensionsOf(raw: Uint8Array): DerValue[] {
  const extensionsTag = 0xa3
  const body = childrenOf(childrenOf({ tag: 0, content: raw })[0])[0]
  const tagged = childrenOf(body).find(({ tag }) => tag === extensionsTag)
  return childrenOf(childrenOf(tagged)[0]).filter(({ tag }) => tag === derTag.sequence)
}

function childrenOf(value: DerValue | undefined): DerValue[] {
  return (value && readDer(value.content)) ?? []
}
