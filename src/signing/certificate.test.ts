import { describe, expect, test } from 'vitest'
import {
  commonName,
  hasExtension,
  isTrusted,
  isValidAt,
  readBundle,
  readCertificates,
  writeBundle,
} from './certificate.ts'
import { issueCertificate, type NewCertificate, newAuthority } from './issue-certificate.ts'
import { newKeyPair } from './key-pair.ts'

const atMs = 1_700_000_000_000
const dayMs = 86_400_000

const root = newAuthority('Root')
const middle = authority('Middle')
const leafKeys = newKeyPair('rsa-sha256')
const leaf = issued('leaf.example', { issuer: middle })

function authority(commonName: string, by = root, changes: Partial<NewCertificate> = {}) {
  const { publicKey, privateKey } = newKeyPair('p256')
  const wanted = { commonName, publicKey, isAuthority: true, ...changes }
  return { commonName, privateKey, certificate: issueCertificate(wanted, by) }
}

function issued(
  commonName: string,
  { issuer = root, ...changes }: Partial<NewCertificate> & { issuer?: typeof root } = {},
) {
  return issueCertificate({ commonName, publicKey: leafKeys.publicKey, ...changes }, issuer)
}

describe('a chain', () => {
  const roots = [root.certificate]
  const between = [middle.certificate]

  test('leads to the root, by what stands between the two in any order', () => {
    expect(isTrusted(issued('x'), { between: [], roots, atMs })).toBe(true)
    expect(isTrusted(leaf, { between: [leaf, root.certificate, ...between], roots, atMs })).toBe(
      true,
    )
    expect(isTrusted(leaf, { between: [], roots: between, atMs })).toBe(true)
    expect(isTrusted(leaf, { between: [], roots: [leaf], atMs })).toBe(true)
  })

  test('that is not whole is not trusted', () => {
    expect(isTrusted(leaf, { between: [], roots, atMs })).toBe(false)
    expect(isTrusted(leaf, { between, roots: [], atMs })).toBe(false)
    expect(isTrusted(root.certificate, { between: [], roots: between, atMs })).toBe(false)
  })

  test('to a root of the same name with another key is not trusted', () => {
    const forged = newAuthority('Root')
    const forgedLeaf = issued('leaf.example', { issuer: forged })
    const options = { between: [forged.certificate], roots, atMs }
    expect(isTrusted(forgedLeaf, options)).toBe(false)
    expect(isTrusted(forged.certificate, options)).toBe(false)
  })

  test.each([true, false])(
    'by way of a certificate that may not issue is not trusted, its key usage said: %s',
    (hasKeyUsage) => {
      const { publicKey, privateKey } = newKeyPair('p256')
      const client = issueCertificate({ commonName: 'client', publicKey, hasKeyUsage }, root)
      const issuer = { commonName: 'client', privateKey, certificate: client }
      const forgedLeaf = issued('leaf.example', { issuer })
      expect(isTrusted(client, { between: [], roots, atMs })).toBe(true)
      expect(isTrusted(forgedLeaf, { between: [client], roots, atMs })).toBe(false)
    },
  )

  test('is valid only while each of its certificates is', () => {
    const past = { validFromMs: atMs - 2 * dayMs, validToMs: atMs - dayMs }
    const old = authority('Old', root, past)
    expect(isTrusted(issued('x', past), { between: [], roots, atMs })).toBe(false)
    const underOld = issued('x', { issuer: old })
    const options = { between: [old.certificate], roots }
    expect(isTrusted(underOld, { ...options, atMs })).toBe(false)
    expect(isTrusted(underOld, { ...options, atMs: atMs - 1.5 * dayMs })).toBe(true)
    expect(isTrusted(underOld, { between: [], roots: [old.certificate], atMs })).toBe(false)
    expect(isTrusted(issued('x'), { between: [], roots, atMs: Number.NaN })).toBe(false)
  })

  test('of more than five is not followed, and neither is a ring', () => {
    let above = root
    const long = Array.from({ length: 6 }, (_, index) => (above = authority(`L${index}`, above)))
    const all = long.map(({ certificate }) => certificate)
    const [, , third, , , last] = all
    if (!third || !last) throw new Error('There are six.')
    expect(isTrusted(third, { between: all, roots, atMs })).toBe(true)
    expect(isTrusted(last, { between: all, roots, atMs })).toBe(false)

    const [one, two] = [newAuthority('One'), newAuthority('Two')]
    const cross = (name: string, key: typeof one, by: typeof one) =>
      issueCertificate(
        { commonName: name, publicKey: key.certificate.publicKey, isAuthority: true },
        by,
      )
    const ring = [cross('One', one, two), cross('Two', two, one)]
    const inRing = issued('x', { issuer: one })
    expect(isTrusted(inRing, { between: ring, roots, atMs })).toBe(false)
  })
})

test('an extension is found by its whole identifier alone', () => {
  const wanted = '1.2.840.113635.100.6.11.1'
  expect(hasExtension(issued('x', { extensions: ['1.2.3', wanted] }), wanted)).toBe(true)
  expect(hasExtension(issued('x', { extensions: [`${wanted}.1`] }), wanted)).toBe(false)
  expect(hasExtension(issued('x'), wanted)).toBe(false)
  expect(hasExtension(root.certificate, '2.5.29.19')).toBe(true)
})

test('the common name is one, and a line end in it makes no second', () => {
  expect(commonName(leaf)).toBe('leaf.example')
  expect(commonName(issued('evil\nCN=leaf.example'))).not.toBe('leaf.example')
  expect(commonName(issued('leaf.example\n'))).not.toBe('leaf.example')
})

test('a certificate is valid at its limits, and beyond them by the skew', () => {
  const one = issued('x', { validFromMs: atMs, validToMs: atMs + dayMs })
  expect(isValidAt(one, atMs)).toBe(true)
  expect(isValidAt(one, atMs - 1000)).toBe(false)
  expect(isValidAt(one, atMs - 1000, 1000)).toBe(true)
  expect(isValidAt(one, atMs + dayMs + 1000)).toBe(false)
  expect(isValidAt(one, atMs + dayMs + 1000, 1000)).toBe(true)
})

describe('text', () => {
  test('holds certificates one after the other, and a private key before them', () => {
    const bundle = writeBundle(leafKeys.privateKey, [leaf, middle.certificate])
    const { privateKey, certificates } = readBundle(bundle)
    expect(privateKey.equals(leafKeys.privateKey)).toBe(true)
    expect(certificates.map(String)).toEqual([leaf, middle.certificate].map(String))
    expect(readCertificates(`subject=x\n${leaf}`)?.map(String)).toEqual([String(leaf)])
  })

  test('that holds none, too many or a broken one gives none', () => {
    expect(readCertificates('')).toBeUndefined()
    expect(readCertificates('<html></html>')).toBeUndefined()
    expect(readCertificates(String(leaf).repeat(9))).toBeUndefined()
    const broken = String(leaf).replace('MII', 'MIJ')
    expect(readCertificates(String(leaf) + broken)).toBeUndefined()
    expect(() => readBundle(String(leaf))).toThrow(TypeError)
  })
})
