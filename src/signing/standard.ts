/**
 * Standard Webhooks, symmetric signatures (`v1`): sign and verify. Other versions in a signature list are
 * passed over, never fallen back to. Specification: https://www.standardwebhooks.com
 */
import { decodeMac, findKey, hmac, type Part, signaturesMax } from './hmac.ts'
import { type SecretShape, secretKey } from './secret.ts'
import { checkTime, parseTime } from './timestamp.ts'

export const standardSecret = { form: 'base64', prefix: 'whsec_' } as const satisfies SecretShape

export const standardToleranceSeconds = 300

export interface StandardMessage {
  readonly id: string
  /** Unix seconds, as they stand in the header. */
  readonly timestamp: string
  readonly body: Uint8Array
}

export type StandardRefusal =
  | 'id_malformed'
  | 'timestamp_malformed'
  | 'timestamp_too_old'
  | 'timestamp_in_future'
  | 'signature_malformed'
  | 'signature_mismatch'

/** A full stop in an id would let `id.timestamp.body` be cut in another place. */
const messageId = /^[\x21-\x2d\x2f-\x7e]{1,256}$/

/**
 * The headers of a message, signed with each secret: the receiver of a rotated endpoint knows one of them.
 * @example signStandard({ id: 'msg_1', timestamp: '1700000000', body }, ['whsec_…'])
 */
export function signStandard(
  message: StandardMessage,
  secrets: readonly string[],
): [name: string, value: string][] {
  const keys = secrets.map((secret) => secretKey(secret, standardSecret))
  return [
    ['webhook-id', message.id],
    ['webhook-timestamp', message.timestamp],
    ['webhook-signature', standardSignatures(message, keys)],
  ]
}

/** The signature list; throws where a key is missing, because an unsigned message must not go out. */
export function standardSignatures(
  message: StandardMessage,
  keys: readonly (Part | undefined)[],
): string {
  if (!messageId.test(message.id)) throw new TypeError('The id of the message can not be signed.')
  const signatures = keys.map((key) => {
    if (key === undefined) throw new TypeError('The secret to sign with is empty or not base64.')
    return `v1,${hmac('sha256', key, signedParts(message)).toString('base64')}`
  })
  if (signatures.length === 0) throw new TypeError('There is no secret to sign with.')
  return signatures.join(' ')
}

/** The place of the key that made one of the signatures, or why there is none. */
export function verifyStandard(
  message: StandardMessage & { readonly signatures: string },
  options: {
    readonly keys: readonly (Part | undefined)[]
    /** Unix seconds. */
    readonly now: number
    readonly toleranceSeconds?: number
  },
): number | StandardRefusal {
  if (!messageId.test(message.id)) return 'id_malformed'
  const atMs = parseTime(message.timestamp, 's')
  if (atMs === undefined) return 'timestamp_malformed'
  const { keys, now, toleranceSeconds = standardToleranceSeconds } = options
  const late = checkTime(atMs, now, toleranceSeconds)
  if (late) return late
  const signatures = readSignatures(message.signatures)
  if (signatures.length === 0) return 'signature_malformed'
  const index = findKey(keys, 'sha256', signedParts(message), signatures)
  return index === -1 ? 'signature_mismatch' : index
}

function signedParts({ id, timestamp, body }: StandardMessage): Part[] {
  return [`${id}.${timestamp}.`, body]
}

/** None where the list holds a comma of its own: two headers were joined, and which counts is unknown. */
function readSignatures(list: string): Buffer[] {
  const signatures: Buffer[] = []
  for (const entry of list.split(' ')) {
    if (entry.endsWith(',') || entry.indexOf(',') !== entry.lastIndexOf(',')) return []
    if (!entry.startsWith('v1,') || signatures.length === signaturesMax) continue
    const mac = decodeMac(entry.slice('v1,'.length), 'sha256', 'base64')
    if (mac) signatures.push(mac)
  }
  return signatures
}
