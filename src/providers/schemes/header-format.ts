/** How a signature header is written, read back strictly: what is ambiguous is malformed. */
import { signaturesMax } from '../../signing/hmac.ts'

export interface HeaderFormat {
  /** Whether the header holds the time too. */
  readonly hasTimestamp: boolean
  /** Undefined where the text is not written in this format. */
  read(text: string): ReadHeader | undefined
  write(signature: string, timestamp: string): string
}

export interface ReadHeader {
  readonly signatures: readonly string[]
  readonly timestamp?: string
}

const pairsFormat = /^(\w+)=\{timestamp\}([,;])(\w+)=\{signature\}$/
/**
 * What no entry holds, by separator: white space or the other one is how two joined headers show.
 */
const foreign = { ',': /[\s;]/, ';': /[\s,]/ } as const

/**
 * @param format `{signature}` with a prefix, or `t={timestamp},v1={signature}`.
 * @param separator between several signatures that each have the prefix.
 */
export function headerFormat(format: string, separator?: string): HeaderFormat {
  const pairs = pairsFormat.exec(format)
  const write = (signature: string, timestamp: string) =>
    format.replace('{timestamp}', timestamp).replace('{signature}', signature)
  if (pairs) {
    const [, timeKey = '', , signatureKey = ''] = pairs
    const between = pairs[2] === ';' ? ';' : ','
    const read = (text: string) =>
      foreign[between].test(text)
        ? undefined
        : readPairs(text.split(between), timeKey, signatureKey)
    return { hasTimestamp: true, write, read }
  }
  const prefix = format.slice(0, format.indexOf('{signature}'))
  const read = (text: string) => readList(separator ? text.split(separator) : [text], prefix)
  return { hasTimestamp: false, write, read }
}

/** Other keys are other schemes, such as Stripe's `v0`: never looked at. */
function readPairs(
  entries: readonly string[],
  timeKey: string,
  signatureKey: string,
): ReadHeader | undefined {
  const signatures: string[] = []
  let timestamp: string | undefined
  for (const entry of entries) {
    const equals = entry.indexOf('=')
    if (equals < 1) return undefined
    const key = entry.slice(0, equals)
    const value = entry.slice(equals + 1)
    if (key === timeKey) {
      if (timestamp !== undefined) return undefined
      timestamp = value
    } else if (key === signatureKey && signatures.length < signaturesMax) signatures.push(value)
  }
  return timestamp === undefined ? { signatures } : { signatures, timestamp }
}

/** Entries without the prefix are of other versions. */
function readList(entries: readonly string[], prefix: string): ReadHeader {
  const signatures: string[] = []
  for (const entry of entries) {
    if (entry.startsWith(prefix) && signatures.length < signaturesMax) {
      signatures.push(entry.slice(prefix.length))
    }
  }
  return { signatures }
}
