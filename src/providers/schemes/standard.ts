/**
 * Standard Webhooks as a scheme, for the companies that use it and the variants of their headers
 * and keys.
 */
import { readyKey, rememberKeys } from '../../signing/key-cache.ts'
import { newSecret, type SecretShape } from '../../signing/secret.ts'
import {
  type StandardKey,
  standardKey,
  standardSecret,
  standardSignatures,
  standardToleranceSeconds,
  verifyStandard,
} from '../../signing/standard.ts'
import { formatTime, toleranceOf } from '../../signing/timestamp.ts'
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

export interface Standard {
  /** What the three headers begin with; of several, the first whose signature is present counts. */
  readonly headers?: readonly string[]
  /** The shapes in which a secret may come; each is tried. */
  readonly keys?: readonly SecretShape[]
}

type KeysOf = (secret: string) => readonly (StandardKey | undefined)[]

interface Family {
  readonly id: string
  readonly timestamp: string
  readonly signature: string
}

export function standard({
  headers = ['webhook'],
  keys = [standardSecret],
}: Standard = {}): Scheme {
  const families = headers.map(familyOf)
  const keysOf = rememberKeys((secret) => readyKeys(secret, keys))
  const names = families.flatMap(({ id, timestamp, signature }) => [id, timestamp, signature])
  return {
    headers: names,
    facts: {
      algorithm: 'Standard Webhooks: v1, HMAC-SHA256, or v1a, Ed25519, base64',
      headers: names,
      signed: '{id}.{timestamp}.{body}',
      toleranceSeconds: standardToleranceSeconds,
      bodyAuthenticated: true,
      key: `${keys.map(keyFact).join(', or ')}; a public key after \`whpk_\``,
    },
    verify: (reading, context) => verify(families, keysOf, reading, context),
    sign: (body, options) => sign(families[0] ?? familyOf('webhook'), keysOf, body, options),
    newSecrets: () => {
      const secret = newSecret(keys[0] ?? standardSecret)
      return { secret, signingSecret: secret }
    },
  }
}

function familyOf(prefix: string): Family {
  return {
    id: `${prefix}-id`,
    timestamp: `${prefix}-timestamp`,
    signature: `${prefix}-signature`,
  }
}

function verify(
  families: readonly Family[],
  keysOf: KeysOf,
  { headers, request }: Reading,
  context: VerifyContext,
): SchemeOutcome {
  const family = families.find(({ signature }) => headers.has(signature))
  const signatures = family && headers.get(family.signature)
  if (!family || signatures === undefined) return refused('signature_missing')
  const id = headers.get(family.id)
  const timestamp = headers.get(family.timestamp)
  if (!id) return refused('id_missing')
  if (!timestamp) return refused('timestamp_missing')
  // All keys of the first secret, then of the second: the place of a key tells its secret.
  const keys = context.secrets.flatMap(keysOf)
  if (keys.every((key) => key === undefined)) return refused('secret_missing')
  const found = verifyStandard(
    { id, timestamp, signatures, body: request.body },
    {
      keys,
      now: context.now,
      toleranceSeconds: toleranceOf(context.settings?.toleranceSeconds, standardToleranceSeconds),
    },
  )
  if (typeof found === 'string') return refused(found)
  return { ok: true, secretIndex: Math.floor((found * context.secrets.length) / keys.length), id }
}

/** What each shape makes of a secret. */
function readyKeys(
  secret: string,
  shapes: readonly SecretShape[],
): readonly (StandardKey | undefined)[] {
  return shapes.map((shape) => {
    const key = standardKey(secret, shape)
    return key instanceof Uint8Array ? readyKey(key) : key
  })
}

function sign(
  family: Family,
  keysOf: KeysOf,
  body: Uint8Array,
  options: SchemeSignOptions,
): Signed {
  const { id } = options
  const timestamp = formatTime(options.now, 's')
  const key = keysOf(options.secret).find((candidate) => candidate !== undefined)
  return {
    headers: [
      [family.id, id],
      [family.timestamp, timestamp],
      [family.signature, standardSignatures({ id, timestamp, body }, [key])],
    ],
  }
}
