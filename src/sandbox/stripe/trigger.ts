/**
 * Events on demand: a sample of a type, changed where the caller wants it, several times and in any
 * order.
 */
import { HooklineError } from '../../base/errors.ts'
import { shuffled } from '../random.ts'
import type { Maker } from './maker.ts'
import { newEvent, type StripeEvent } from './objects/event.ts'
import { sampleObject } from './samples.ts'

export interface TriggerOptions {
  readonly type: string
  /**
   * Values by dotted path: `metadata.userId` in the object that the event is about,
   * `data.object.amount` or `created` in the event itself.
   */
  readonly set?: Readonly<Record<string, unknown>> | undefined
  /** How many different events. */
  readonly times?: number | undefined
  /** How many further times each of them is sent. */
  readonly duplicate?: number | undefined
  readonly shuffle?: boolean | undefined
}

/** Sendings that one trigger may cause. */
export const triggerSendingsMax = 10_000
export const setPathDepthMax = 20

/**
 * The events in the order of sending; one that is sent twice is in it twice, as the same object.
 */
export function planTrigger(maker: Maker, options: TriggerOptions): StripeEvent[] {
  const { type, set, times = 1, duplicate = 0, shuffle = false } = options
  if (times * (1 + duplicate) > triggerSendingsMax) throw tooMany()
  const events = Array.from({ length: times }, () => sampleEvent(maker, type, set))
  const sendings = events.flatMap((event) => Array.from({ length: 1 + duplicate }, () => event))
  return shuffle ? shuffled(sendings, maker.random) : sendings
}

/** One event of the type, with a sample object that `set` has changed. */
export function sampleEvent(
  maker: Maker,
  type: string,
  set: Readonly<Record<string, unknown>> = {},
): StripeEvent {
  return setValues(newEvent(maker, { type, object: sampleObject(maker, type) }), set)
}

/** A copy of the event with the values at their paths. */
export function setValues(event: StripeEvent, set: Readonly<Record<string, unknown>>): StripeEvent {
  const copy = structuredClone(event)
  for (const [path, value] of Object.entries(set)) {
    const keys = path.split('.')
    const isOfEvent = Object.hasOwn(copy, keys[0] ?? '')
    setValue(copy, isOfEvent ? keys : ['data', 'object', ...keys], value)
  }
  return copy
}

function setValue(root: object, keys: readonly string[], value: unknown): void {
  const last = keys.at(-1) ?? ''
  if (keys.length > setPathDepthMax || keys.some(isUnusable)) throw pathInvalid(keys)
  let at = root as Record<string, unknown> // an event, or an object inside one
  for (const key of keys.slice(0, -1)) {
    const inner = Object.hasOwn(at, key) ? at[key] : undefined
    const next = typeof inner === 'object' && inner !== null ? inner : {}
    at[key] = next
    at = next as Record<string, unknown> // an object, by the line before the last
  }
  const before = Object.hasOwn(at, last) ? at[last] : undefined
  // Stripe's metadata holds texts alone, whatever was given.
  at[last] = sameKind(value, keys.at(-2) === 'metadata' ? '' : before)
}

/** An assignment to `__proto__` would change what the object inherits, not what it holds. */
function isUnusable(key: string): boolean {
  return key === '' || key === '__proto__'
}

/** A command line has no kinds: a value takes the kind of the one in whose place it comes. */
function sameKind(value: unknown, before: unknown): unknown {
  if (typeof before === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return String(value)
  }
  if (typeof value !== 'string') return value
  if (typeof before === 'number' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  if (typeof before === 'boolean' && /^(true|false)$/.test(value)) return value === 'true'
  return value
}

function pathInvalid(keys: readonly string[]): HooklineError {
  const shown = keys.join('.').slice(0, 100)
  return new HooklineError(
    'payload_invalid',
    `'${shown}' is not a path in an event. A name in it is empty or __proto__, or there are more ` +
      `than ${setPathDepthMax}. Write it with dots, as in metadata.userId or data.object.amount.`,
  )
}

function tooMany(): HooklineError {
  return new HooklineError(
    'payload_invalid',
    `That would send more than ${triggerSendingsMax} events. times × (1 + duplicate) is over ` +
      'the limit of one trigger. Trigger fewer at once.',
  )
}
