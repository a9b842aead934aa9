/** Finds secrets in text: by the looks of a key, or by the name of the variable that holds it. */
import {
  findKeys,
  isSecretKind,
  secretVariables as providerVariables,
  recogniseKey,
} from '../providers/key-shapes.ts'
import { masked } from './finding.ts'

export interface FoundSecret {
  readonly value: string
  readonly index: number
  /** For people, with no more of the secret than how all of its kind begin. */
  readonly shown: string
}

export const secretVariables: ReadonlySet<string> = new Set([
  ...[...providerVariables].filter((name) => !/PUBLIC|WEBHOOK_ID/.test(name)),
  'HOOKLINE_ADMIN_KEY',
  'HOOKLINE_MASTER_KEY',
])

/** `NAME = "value"`, `NAME: value`, `"NAME": "value"`: all ways to write one down. */
const namedValue =
  /\b([A-Z][A-Z0-9_]{5,60})["']?\s*[:=]\s*["'`]?([A-Za-z0-9+/=_:-]{16,200})["'`]?(?=[\s,;)}]|$)/gm

export function* findSecrets(text: string): Generator<FoundSecret> {
  const seen = new Set<string>()
  for (const { value, index, begins, key } of findKeys(text)) {
    seen.add(value)
    if (!isSecretKind(key.kind) || isPlaceholder(value.slice(begins.length))) continue
    yield { value, index, shown: `${key.name} (${masked(begins, value)})` }
  }
  for (const match of text.matchAll(namedValue)) {
    const [, name = '', value = ''] = match
    if (seen.has(value) || !isNamedSecret(name, value)) continue
    yield { value, index: match.index, shown: `value of ${name} (${value.length} characters)` }
  }
}

function isNamedSecret(name: string, value: string): boolean {
  if (!secretVariables.has(name) || isPlaceholder(value) || isWords(value)) return false
  const digits = value.match(/\d/g)?.length ?? 0
  // Names of functions and variables hold few digits, secrets many.
  return recogniseKey(value, name) !== undefined || digits >= 3
}

/** `an-admin-key-for-tests-01` was typed by somebody who meant no secret. */
function isWords(value: string): boolean {
  return /(^|[-_])[a-z]{2,}[-_][a-z]{2,}([-_]|$)/.test(value)
}

const placeholderWords =
  /x{4}|\*{3}|\.{3}|…|example|your|placeholder|change[-_]?me|dummy|replace|redacted|secret|hookline|123456789|abcdefghi|0123456789abcdef|(.)\1{5}/i
const differentCharactersMin = 8

/** What documentation and templates hold in the place of a key. */
export function isPlaceholder(text: string): boolean {
  const few = Math.min(differentCharactersMin, Math.ceil(text.length / 2))
  return placeholderWords.test(text) || new Set(text).size < few
}
