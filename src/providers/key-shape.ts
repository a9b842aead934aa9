/**
 * How the keys of a company look: data, declared with the company. What is found by it is for
 * key-shapes.ts.
 */
import { decodeUtf8 } from '../base/bytes.ts'
import { parseJson, valueAt } from '../base/json.ts'
import type { Mode } from '../base/mode.ts'

/** `publishable-key` and `account-id` may be seen by anyone; the others are secrets. */
export type KeyKind =
  | 'api-key'
  | 'webhook-secret'
  | 'private-key'
  | 'publishable-key'
  | 'account-id'

export interface KeyShape {
  /** As its owner calls it, without the company and the mode: `restricted key`. */
  readonly name: string
  readonly kind: KeyKind
  readonly mode?: Mode
  /** How each one begins; empty where the value alone does not tell whose it is. */
  readonly begins: string
  /** A regular expression for what follows, of a bounded length. */
  readonly rest: string
  /** What the expression can not say. */
  readonly accepts?: (value: string) => boolean
  /** Another company's keys begin the same, so that only a whole one is this company's. */
  readonly isBeginningShared?: boolean
  /** Variables that hold it. Where `begins` is empty, it is known under these names alone. */
  readonly names?: readonly string[]
  /** Beside this text it is meant for browsers, as a Google key is in the settings of Firebase. */
  readonly publishedBeside?: RegExp
}

/** One shape for each mode, with the mode's own beginning. */
export function forModes(
  begins: Readonly<Record<Mode, string>>,
  shape: Omit<KeyShape, 'begins' | 'mode'>,
): readonly KeyShape[] {
  return [
    { ...shape, begins: begins.test, mode: 'test' },
    { ...shape, begins: begins.live, mode: 'live' },
  ]
}

/** Signed tokens all look alike; this tells them apart by a claim. */
export function hasClaim(name: string, value: string): (token: string) => boolean {
  return (token) => {
    const payload = decodeLoosely(token.split('.')[1] ?? '')
    return payload !== undefined && valueAt(parseJson(payload), name) === value
  }
}

/** The rest of a JSON Web Token after `eyJ`. */
export const tokenRest = '[\\w-]{10,2000}\\.eyJ[\\w-]{10,8000}\\.[\\w-]{16,2000}'

/** The text under base64 or base64url, padded or not: what is inside is checked by the caller. */
export function decodeLoosely(text: string): string | undefined {
  return decodeUtf8(Buffer.from(text, 'base64'))
}
