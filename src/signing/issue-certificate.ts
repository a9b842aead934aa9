/**
 * Issues certificates, for companies that are only pretended: the sandbox and the tests sign with
 * them, and trust the root that belongs to them. No part of verification.
 */
import { type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'
import { derTag, writeDer, writeOid } from './der.ts'
import { newKeyPair } from './key-pair.ts'

export interface NewCertificate {
  readonly commonName: string
  readonly publicKey: KeyObject
  /** Whether it may issue others. */
  readonly isAuthority?: boolean
  /** Whether it says what its key is for. Absent: it does. */
  readonly hasKeyUsage?: boolean
  /** Object identifiers of further extensions, each without a value. */
  readonly extensions?: readonly string[]
  /** Where the certificate of its issuer is. */
  readonly issuerUrl?: string
  /** Milliseconds since 1970. Absent: decades around today. */
  readonly validFromMs?: number
  readonly validToMs?: number
}

/** Who issues: a name, which a root gives itself, and its P-256 key. */
export interface Issuer {
  readonly commonName: string
  readonly privateKey: KeyObject
}

const oids = {
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  issuerAccess: '1.3.6.1.5.5.7.1.1',
  issuerAddress: '1.3.6.1.5.5.7.48.2',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const

const validFromMs = Date.UTC(2000, 0, 1)
const validToMs = Date.UTC(2049, 11, 31)
const serialBytes = 16
const version3 = Buffer.from([2])
const noValue = Buffer.from([0x05, 0x00])
/**
 * The bits `digitalSignature`, and `keyCertSign`, each with the number of unused bits before it.
 */
const usages = { sign: Buffer.from([7, 0x80]), issue: Buffer.from([2, 0x04]) } as const

export function issueCertificate(wanted: NewCertificate, issuer: Issuer): X509Certificate {
  const algorithm = writeDer(derTag.sequence, writeOid(oids.ecdsaWithSha256))
  const body = writeDer(
    derTag.sequence,
    writeDer(0xa0, writeDer(derTag.integer, version3)),
    writeDer(derTag.integer, newSerial()),
    algorithm,
    writeName(issuer.commonName),
    writeDer(
      derTag.sequence,
      writeTime(wanted.validFromMs ?? validFromMs),
      writeTime(wanted.validToMs ?? validToMs),
    ),
    writeName(wanted.commonName),
    wanted.publicKey.export({ format: 'der', type: 'spki' }),
    writeDer(0xa3, writeDer(derTag.sequence, ...writeExtensions(wanted))),
  )
  const signature = sign('sha256', body, issuer.privateKey)
  const bits = writeDer(derTag.bitString, Buffer.from([0]), signature)
  return new X509Certificate(writeDer(derTag.sequence, body, algorithm, bits))
}

/** A root of its own: it issues, and trusting it is trusting what it issues. */
export function newAuthority(
  commonName: string,
): Issuer & { readonly certificate: X509Certificate } {
  const { publicKey, privateKey } = newKeyPair('p256')
  const issuer = { commonName, privateKey }
  const certificate = issueCertificate({ commonName, publicKey, isAuthority: true }, issuer)
  return { ...issuer, certificate }
}

/** Positive, as it must be. */
function newSerial(): Buffer {
  const serial = randomBytes(serialBytes)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return serial
}

function writeName(commonName: string): Buffer {
  const text = writeDer(derTag.utf8String, Buffer.from(commonName))
  const part = writeDer(derTag.sequence, writeOid(oids.commonName), text)
  return writeDer(derTag.sequence, writeDer(derTag.set, part))
}

/** `20231114221320Z` */
function writeTime(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().slice(0, 19).replace(/\D/g, '')
  return writeDer(derTag.generalizedTime, Buffer.from(`${digits}Z`))
}

function writeExtensions(wanted: NewCertificate): Buffer[] {
  const { isAuthority = false, hasKeyUsage = true, extensions = [], issuerUrl } = wanted
  const yes = writeDer(derTag.boolean, Buffer.from([0xff]))
  const constraints = writeDer(derTag.sequence, ...(isAuthority ? [yes] : []))
  const usage = writeDer(derTag.bitString, isAuthority ? usages.issue : usages.sign)
  const critical = [
    [oids.basicConstraints, constraints] as const,
    ...(hasKeyUsage ? [[oids.keyUsage, usage] as const] : []),
  ]
  const others = [
    ...extensions.map((oid) => [oid, noValue] as const),
    ...(issuerUrl === undefined ? [] : [[oids.issuerAccess, writeAddress(issuerUrl)] as const]),
  ]
  return [
    ...critical.map(([oid, value]) =>
      writeDer(derTag.sequence, writeOid(oid), yes, writeDer(derTag.octetString, value)),
    ),
    ...others.map(([oid, value]) =>
      writeDer(derTag.sequence, writeOid(oid), writeDer(derTag.octetString, value)),
    ),
  ]
}

function writeAddress(url: string): Buffer {
  const address = writeDer(0x86, Buffer.from(url))
  const access = writeDer(derTag.sequence, writeOid(oids.issuerAddress), address)
  return writeDer(derTag.sequence, access)
}
