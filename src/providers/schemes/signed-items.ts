/**
 * A list of items in the body, each with a code of its own over a few of its fields. Every item
 * must match. The fields are joined without being escaped, so only one of them may hold the
 * character between them.
 */
import { decodeUtf8 } from '../../base/bytes.ts'
import { type Json, type JsonObject, parseJson, valueAt } from '../../base/json.ts'
import { decodeMac, findKey, hmac } from '../../signing/hmac.ts'
import { newSecret, type SecretShape, secretKey } from '../../signing/secret.ts'
import { arrayElements } from '../json-array.ts'
import type { RefusedReason } from '../outcome.ts'
import type { VerifyContext } from '../request.ts'
import type { Reading } from './reading.ts'
import {
  keyFact,
  refused,
  type Scheme,
  type SchemeOutcome,
  type SchemeSignOptions,
  type Signed,
} from './scheme.ts'

export interface SignedItems {
  /** The member of the body that is the list, and the member of each element that is the item. */
  readonly list: string
  readonly item: string
  /** The member of the item, and of that, that is the code: HMAC-SHA256 in base64. */
  readonly signature: readonly [string, string]
  /**
   * The fields that are signed, by their dotted paths, joined with a colon. One that is absent is
   * empty.
   */
  readonly fields: readonly string[]
  /** The one that is a whole number; the others are text. */
  readonly numberField: string
  /**
   * The one that may hold a colon itself. With two of them, text could move from one field to
   * another.
   */
  readonly freeField: string
}

const shape: SecretShape = { form: 'hex' }

export function signedItems(declared: SignedItems): Scheme {
  const { list, signature, fields } = declared
  return {
    headers: [],
    facts: {
      algorithm: 'HMAC-SHA256, base64',
      headers: [],
      signed:
        `of each of \`${list}\`: ${fields.map((field) => `\`${field}\``).join(', ')}, ` +
        'joined by `:`',
      bodyAuthenticated: false,
      key: `${keyFact(shape)}; the code is in \`${signature.join('.')}\``,
      needsPayload: true,
    },
    verify: (reading, context) => verify(declared, reading, context),
    sign: (body, options) => sign(declared, body, options),
    newSecrets() {
      const secret = newSecret(shape)
      return { secret, signingSecret: secret }
    },
  }
}

function verify(
  declared: SignedItems,
  { request }: Reading,
  context: VerifyContext,
): SchemeOutcome {
  // The very bytes that become events, so that nothing else can be verified in their place.
  const elements = arrayElements(request.body, [declared.list]) ?? []
  if (elements.length === 0) return refused('body_malformed')
  const keys = context.secrets.map((secret) => secretKey(secret, shape))
  if (keys.every((key) => key === undefined)) return refused('secret_missing')
  let first: number | undefined
  for (const element of elements) {
    const found = readItem(declared, element)
    if (typeof found === 'string') return refused(found)
    const index = findKey(keys, 'sha256', [found.text], [found.signature])
    if (index === -1) return refused('signature_mismatch')
    first ??= index
  }
  return { ok: true, secretIndex: first ?? 0 }
}

function readItem(
  declared: SignedItems,
  element: Uint8Array,
): { readonly text: string; readonly signature: Buffer } | RefusedReason {
  const item = memberOf(parseJson(decodeUtf8(element) ?? ''), declared.item)
  if (!isObject(item)) return 'body_malformed'
  const [holder, name] = declared.signature
  const written = memberOf(item[holder], name)
  if (written === undefined) return 'signature_missing'
  const signature = typeof written === 'string' ? decodeMac(written, 'sha256', 'base64') : undefined
  if (!signature) return 'signature_malformed'
  const text = signedText(declared, item)
  return text === undefined ? 'body_malformed' : { text, signature }
}

/** Undefined where a field is of another kind, which would be signed alike, or holds a colon. */
function signedText(declared: SignedItems, item: JsonObject): string | undefined {
  const values = declared.fields.map((field) => {
    const value = valueAt(item, field) ?? ''
    if (field === declared.numberField && value !== '') {
      return Number.isSafeInteger(value) ? String(value) : undefined
    }
    const isPlain = typeof value === 'string' && !value.includes(':')
    return isPlain || (typeof value === 'string' && field === declared.freeField)
      ? value
      : undefined
  })
  return values.every((value) => value !== undefined) ? values.join(':') : undefined
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function sign(declared: SignedItems, body: Uint8Array, { secret }: SchemeSignOptions): Signed {
  const key = secretKey(secret, shape)
  const written = parseJson(decodeUtf8(body) ?? '')
  const elements = memberOf(written, declared.list)
  if (!key || !isObject(written) || !Array.isArray(elements)) {
    throw new TypeError(`There is no ${declared.list} to sign, or no hexadecimal secret.`)
  }
  const [holder, name] = declared.signature
  const signed = elements.map((element) => {
    const item = memberOf(element, declared.item)
    const text = isObject(item) ? signedText(declared, item) : undefined
    if (!isObject(item) || text === undefined) throw new TypeError('An item can not be signed.')
    const code = hmac('sha256', key, [text]).toString('base64')
    const held = isObject(item[holder]) ? item[holder] : {}
    return { [declared.item]: { ...item, [holder]: { ...held, [name]: code } } }
  })
  return { headers: [], body: Buffer.from(JSON.stringify({ ...written, [declared.list]: signed })) }
}
