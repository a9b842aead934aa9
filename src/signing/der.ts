/**
 * The few forms of ASN.1 in DER that certificates need: reading a value and what it holds, and
 * writing one. No general parser: lengths over four bytes and tags over one are refused.
 */

export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

export interface DerValue {
  readonly tag: number
  readonly content: Uint8Array
}

const lengthBytesMax = 4

/**
 * The values that stand one after the other, or undefined where the bytes are not wholly made of
 * values.
 */
export function readDer(bytes: Uint8Array): DerValue[] | undefined {
  const values: DerValue[] = []
  let at = 0
  while (at < bytes.length) {
    const header = readHeader(bytes, at)
    if (!header) return undefined
    values.push({ tag: header.tag, content: bytes.subarray(header.start, header.end) })
    at = header.end
  }
  return values
}

function readHeader(bytes: Uint8Array, at: number) {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || lengthBytes > lengthBytesMax) return undefined
  const start = at + 2 + lengthBytes
  let length = first < 0x80 ? first : 0
  for (const byte of bytes.subarray(at + 2, start)) length = length * 256 + byte
  const end = start + length
  return end > bytes.length ? undefined : { tag, start, end }
}

export function writeDer(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), writeLength(content.length), content])
}

function writeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes = Buffer.alloc(lengthBytesMax)
  bytes.writeUInt32BE(length)
  const short = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  return Buffer.concat([Buffer.from([0x80 | short.length]), short])
}

/** An object identifier in its dotted form, such as `2.5.4.3`. */
export function writeOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap(base128)
  return writeDer(derTag.oid, Buffer.from(bytes))
}

/** Seven bits to a byte; all but the last have the eighth set. */
function base128(number: number): number[] {
  const bytes = [number % 128]
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift((rest % 128) | 0x80)
  }
  return bytes
}
