/**
 * What may be said of the secrets of a source: where each is from, its name and its fingerprint,
 * never the secret. Made when secrets change, so that an event costs no more than a look-up.
 */
import { recogniseKeys } from '../providers/key-shapes.ts'
import type { SecretOrigin } from '../vault/vault.ts'

export interface SecretFacts {
  readonly origin: SecretOrigin
  /** The name under which it was found; null where it has none. */
  readonly name: string | null
  /** What it looks like, such as `Stripe webhook secret`; null where that says nothing. */
  readonly kind: string | null
  /** Null where the vault is locked. */
  readonly fingerprint: string | null
  /** When it stops being good, in milliseconds since 1970; null for as long as it is set. */
  readonly goodUntil: number | null
}

/** Which of its secrets verified an event, as it was then. */
export interface VerifiedWith {
  /** From 1. */
  readonly position: number
  readonly of: number
  readonly origin: string
  readonly name: string | null
  readonly fingerprint: string | null
}

interface Noted {
  readonly facts: readonly SecretFacts[]
  /** As they are stored with an event. */
  readonly texts: readonly string[]
}

/** By the array itself: whoever verified with it is told of its secrets, whatever came since. */
const noted = new WeakMap<readonly string[], Noted>()
const none = '-'

export interface SecretPlace {
  readonly origin: SecretOrigin
  readonly name?: string | undefined
  readonly goodUntil?: number | null | undefined
}

export interface SecretWords {
  /** Whose secrets they are: those of many companies look alike. */
  readonly provider: string
  /** Undefined where the vault is locked. */
  readonly fingerprint: (secret: string) => string | undefined
  readonly placeOf: (index: number) => SecretPlace
}

export function noteSecrets(secrets: readonly string[], words: SecretWords): void {
  const facts = secrets.map((secret, index): SecretFacts => {
    const { origin, name, goodUntil = null } = words.placeOf(index)
    const found = recogniseKeys(secret, name)
    const own = found.find(({ provider }) => provider === words.provider)
    // One that was made for `dev` looks like nobody's in particular.
    const kind = (own ?? (origin === 'dev' ? undefined : found[0]))?.name ?? null
    const fingerprint = words.fingerprint(secret) ?? null
    return { origin, name: name ?? null, kind, fingerprint, goodUntil }
  })
  const texts = facts.map(({ origin, name, fingerprint }, index) =>
    [`${index + 1}/${facts.length}`, origin, fingerprint ?? none, name ?? none].join(' '),
  )
  noted.set(secrets, { facts, texts })
}

/** One for each secret, in their order; empty where nothing was noted of them. */
export function factsOf(secrets: readonly string[]): readonly SecretFacts[] {
  return noted.get(secrets)?.facts ?? []
}

/** Null where nothing is known, such as of a provider that signs with keys that it publishes. */
export function verifiedWith(secrets: readonly string[], index: number): string | null {
  return noted.get(secrets)?.texts[index] ?? null
}

/** What `verifiedWith` wrote. */
export function readVerifiedWith(text: string | null): VerifiedWith | null {
  const match = /^(\d+)\/(\d+) (\S+) (\S+) (\S+)$/.exec(text ?? '')
  if (!match) return null
  const [, position, of, origin = '', fingerprint, name] = match
  const orNull = (part = none) => (part === none ? null : part)
  return {
    ...{ position: Number(position), of: Number(of), origin },
    ...{ name: orNull(name), fingerprint: orNull(fingerprint) },
  }
}
