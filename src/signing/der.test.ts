import { describe, expect, test } from 'vitest'
import { derTag, readDer, writeDer, writeOid } from './der.ts'

describe('DER', () => {
  test.each([0, 1, 127, 128, 255, 256, 65_536])('a value of %i bytes is read back', (length) => {
    const content = Buffer.alloc(length, 7)
    const written = writeDer(derTag.octetString, content)
    const value = { tag: derTag.octetString, content }
    expect(readDer(written)).toEqual([value])
    expect(readDer(Buffer.concat([written, written]))).toEqual([value, value])
  })

  // From X.690 and RFC 5280: a length over 127 takes a byte more, and `2.5.4.3` is 55 04 03.
  test('lengths and object identifiers are written as the standards have it', () => {
    expect(writeDer(0x04, Buffer.alloc(201)).subarray(0, 3)).toEqual(
      Buffer.from([0x04, 0x81, 0xc9]),
    )
    expect(writeOid('2.5.4.3').toString('hex')).toBe('0603550403')
    expect(writeOid('1.2.840.113635.100.6.11.1').toString('hex')).toBe(
      '060a2a864886f7636406' + '0b01',
    )
  })

  test.each([
    ['cut off', '0403ffff'],
    ['without a length', '04'],
    ['of a length that is not given', '0480ffff0000'],
    ['of a length of five bytes', '0485000000000101'],
    ['of a tag over a byte', '1f8101'],
    ['followed by half of another', '0401ff04'],
  ])('a value %s is none', (_title, hex) => {
    expect(readDer(Buffer.from(hex, 'hex'))).toBeUndefined()
  })
})
