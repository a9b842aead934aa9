/**
 * The certificates that may end a chain: those that a source is set to, or else those that come
 * declared.
 */
import type { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { readCertificate, readCertificates } from '../../signing/certificate.ts'
import type { ProviderSettings } from '../request.ts'

/**
 * Undefined where what is set is no list of certificates: falling back would trust what the
 * operator did not name.
 */
export function trustedRoots(
  settings: ProviderSettings | undefined,
  declared: () => readonly X509Certificate[],
): readonly X509Certificate[] | undefined {
  const set = settings?.trustedRoots
  if (set === undefined) return declared()
  const roots = set.map((pem) => readCertificates(pem))
  return roots.every((one) => one !== undefined) && roots.length > 0 ? roots.flat() : undefined
}

let publicRootsRead: readonly X509Certificate[] | undefined

/**
 * The roots of the public web, as Node brings them. Read when first asked for: it takes some time.
 */
export function publicRoots(): readonly X509Certificate[] {
  publicRootsRead ??= rootCertificates
    .map((pem) => readCertificate(pem))
    .filter((root) => root !== undefined)
  return publicRootsRead
}
