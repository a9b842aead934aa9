/**
 * Recognises keys by their looks: whose they are, what they are for and of which mode. Looks prove
 * nothing: whether a key works is for a call to its API.
 */
import type { Mode } from '../base/mode.ts'
import { providers } from './index.ts'
import type { KeyKind, KeyShape } from './key-shape.ts'
import { type KeyOwner, otherKeyOwners } from './other-key-shapes.ts'

export interface RecognisedKey {
  /** A name of the registry, or of a company beside it, such as `anthropic`. */
  readonly provider: string
  readonly kind: KeyKind
  /** Undefined where the key does not show it. */
  readonly mode: Mode | undefined
  /** For people: `Stripe live secret key`. */
  readonly name: string
}

export interface FoundKey {
  readonly value: string
  readonly index: number
  /** How all of its kind begin: what may be shown of it. */
  readonly begins: string
  readonly key: RecognisedKey
}

interface Known {
  readonly shape: KeyShape
  readonly key: RecognisedKey
  readonly whole: RegExp
}

/** Longer values are no keys; a bound on what the expressions are given. */
const keyCharactersMax = 16_384

const known: readonly Known[] = keyOwners().flatMap(({ name, title, keys }) =>
  keys.map((shape) => ({
    shape,
    key: {
      provider: name,
      kind: shape.kind,
      mode: shape.mode,
      name: [companyOf(title), shape.mode, shape.name].filter((word) => word).join(' '),
    },
    whole: new RegExp(`^${escapeRegExp(shape.begins)}(?:${shape.rest})$`),
  })),
)

/** What needs no name to be known. */
const tellingShapes = known.filter(({ shape }) => shape.begins !== '' || !shape.names?.length)

/**
 * A key in running text: not the middle of a longer word, unless that is an escaped line end, and
 * nothing of its alphabet after it.
 */
const inText = new RegExp(
  `(?:(?<![A-Za-z0-9_-])|(?<=\\\\[nrt]))(?:${tellingShapes
    .map(({ shape }) => `${escapeRegExp(shape.begins)}(?:${shape.rest})`)
    .join('|')})(?![A-Za-z0-9_])`,
  'g',
)

/**
 * Whose key this is and what it is for, or undefined where it is not known. A key that is cut off
 * is known by its beginning, where no other company's begin the same.
 * @param variable where it was found, for keys that only a name tells apart.
 */
export function recogniseKey(value: string, variable?: string): RecognisedKey | undefined {
  return recogniseKeys(value, variable)[0]
}

/** All that it may be, the likeliest first: webhook secrets of many companies look the same. */
export function recogniseKeys(value: string, variable?: string): readonly RecognisedKey[] {
  const text = value.trim()
  if (text === '' || text.length > keyCharactersMax) return []
  const whole = known.filter((each) => isWhole(each, text, variable))
  return (whole.length > 0 ? likeliestFirst(whole) : byBeginning(text)).map(({ key }) => key)
}

/** Every whole key in a text. Those that only a name tells apart are not looked for. */
export function* findKeys(text: string): Generator<FoundKey> {
  for (const match of text.matchAll(inText)) {
    const [value] = match
    const found = tellingShapes.filter((each) => isWhole(each, value, undefined))
    const [likeliest] = likeliestFirst(found)
    if (likeliest === undefined || isPublished(likeliest.shape, text)) continue
    yield { value, index: match.index, begins: likeliest.shape.begins, key: likeliest.key }
  }
}

/** The variables that hold the keys of these companies, webhook secrets among them. */
export const secretVariables: ReadonlySet<string> = new Set([
  ...Object.values(providers).flatMap(({ secretNames }) => secretNames),
  ...known.flatMap(({ shape }) => (isSecretKind(shape.kind) ? (shape.names ?? []) : [])),
])

/** Whether anybody who has it can act in its owner's name. */
export function isSecretKind(kind: KeyKind): boolean {
  return kind !== 'publishable-key' && kind !== 'account-id'
}

function keyOwners(): KeyOwner[] {
  const declared = Object.values(providers).map(({ declaration: { name, title, keys = [] } }) => ({
    name,
    title,
    keys,
  }))
  return [...declared, ...otherKeyOwners]
}

/** `Supabase` of `Supabase Auth hooks`, `Meta` of `Meta: Facebook, …`. */
function companyOf(title: string): string {
  return title.replace(/ (Auth hooks|Webhooks|Billing|integration platform|Bot API)$|:.*$/, '')
}

function isWhole({ shape, whole }: Known, text: string, variable: string | undefined): boolean {
  const needsName = shape.begins === '' && shape.names !== undefined && shape.names.length > 0
  if (needsName && !shape.names?.includes(variable ?? '')) return false
  return whole.test(text) && (shape.accepts?.(text) ?? true)
}

/** A shape that lives within another's beginning says more than the other. */
function likeliestFirst(found: readonly Known[]): readonly Known[] {
  return found.toSorted(
    (a, b) =>
      Number(b.shape.isBeginningShared ?? false) - Number(a.shape.isBeginningShared ?? false),
  )
}

/** By a beginning that no other value has by chance: four characters, or one beside the letters. */
function byBeginning(text: string): readonly Known[] {
  return known
    .filter(({ shape }) => /.{4}|[^A-Za-z0-9]/.test(shape.begins) && !shape.isBeginningShared)
    .filter(({ shape }) => text.startsWith(shape.begins))
    .toSorted((a, b) => b.shape.begins.length - a.shape.begins.length)
    .slice(0, 1)
}

function isPublished(shape: KeyShape, text: string): boolean {
  return shape.publishedBeside?.test(text) ?? false
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
