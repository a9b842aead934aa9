/**
 * Typed reading of form parameters. Each reader gives the value, `undefined` where the field is
 * absent and, for text, `null` where it was sent empty, which is how Stripe's callers clear a
 * field.
 */
import { emptyFields, type FormFields, parseForm } from '../form.ts'
import { invalidParam } from './stripe-error.ts'

/**
 * Fields, and where they stand, so that an error names `line_items[0][quantity]` and not
 * `quantity`.
 */
export interface Params {
  readonly fields: FormFields
  readonly prefix: string
}

export const textCharactersMax = 5_000
export const listItemsMax = 200

export const noParams: Params = { fields: emptyFields(), prefix: '' }

/** Reads a form body or a query string. */
export function parseParams(text: string): Params {
  const form = parseForm(text)
  if (form.ok) return { fields: form.fields, prefix: '' }
  throw invalidParam(
    form.name.slice(0, 100),
    'parameter_invalid',
    `The form is not understood (${form.reason}).`,
  )
}

export function paramName(params: Params, name: string): string {
  return params.prefix === '' ? name : `${params.prefix}[${name}]`
}

/** The text, without white space around it; null where it is empty. */
export function text(params: Params, name: string): string | null | undefined {
  const value = params.fields[name]
  if (value === undefined) return undefined
  const param = paramName(params, name)
  if (typeof value !== 'string') throw invalidParam(param, 'parameter_invalid', 'Invalid string')
  if (value.length > textCharactersMax) {
    const message = `Invalid string: over the limit of ${textCharactersMax} characters`
    throw invalidParam(param, 'parameter_too_long', message)
  }
  return value.trim() === '' ? null : value.trim()
}

/** The text that a field holds after this request: unchanged where it was not sent. */
export function textAfter(params: Params, name: string, before: string | null): string | null {
  const value = text(params, name)
  return value === undefined ? before : value
}

export function requiredText(params: Params, name: string): string {
  const value = text(params, name)
  if (value) return value
  throw missingParam(params, name)
}

export function missingParam(params: Params, name: string): Error {
  const param = paramName(params, name)
  return invalidParam(param, 'parameter_missing', `Missing required param: ${param}.`)
}

export interface IntegerRange {
  readonly min: number
  readonly max: number
}

export function integer(params: Params, name: string, range: IntegerRange): number | undefined {
  const value = text(params, name)
  if (value === undefined || value === null) return undefined
  const param = paramName(params, name)
  const number = /^-?\d{1,15}$/.test(value) ? Number(value) : undefined
  if (number === undefined) {
    const message = `Invalid integer: ${value.slice(0, 100)}`
    throw invalidParam(param, 'parameter_invalid_integer', message)
  }
  if (number >= range.min && number <= range.max) return number
  const message = `Invalid integer: must be from ${range.min} to ${range.max}`
  throw invalidParam(param, 'parameter_invalid_integer', message)
}

export function flag(params: Params, name: string): boolean | undefined {
  const value = text(params, name)
  if (value === undefined || value === null) return undefined
  if (value === 'true' || value === 'false') return value === 'true'
  const message = `Invalid boolean: ${value.slice(0, 100)}`
  throw invalidParam(paramName(params, name), 'parameter_invalid_boolean', message)
}

/** One of a fixed set of words. */
export function choice<const T extends string>(
  params: Params,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const value = text(params, name)
  if (value === undefined || value === null) return undefined
  const found = allowed.find((word) => word === value)
  if (found !== undefined) return found
  const message = `Invalid ${name}: must be one of ${allowed.join(', ')}`
  throw invalidParam(paramName(params, name), 'parameter_invalid_string', message)
}

/** The fields below a name. */
export function hash(params: Params, name: string): Params | undefined {
  const value = params.fields[name]
  if (value === undefined || value === '') return undefined
  const prefix = paramName(params, name)
  if (typeof value === 'object') return { fields: value, prefix }
  throw invalidParam(prefix, 'parameter_invalid_hash', 'Invalid object')
}

/** The members of a list of objects, in order. */
export function hashes(params: Params, name: string): Params[] {
  const list = listOf(params, name)
  return listKeys(list).flatMap((key) => hash(list, key) ?? [])
}

/** The members of a list of texts, in order; undefined where there is none. */
export function texts(params: Params, name: string): string[] | undefined {
  if (params.fields[name] === undefined) return undefined
  const list = listOf(params, name)
  return listKeys(list).flatMap((key) => text(list, key) ?? [])
}

function listOf(params: Params, name: string): Params {
  return hash(params, name) ?? { fields: emptyFields(), prefix: paramName(params, name) }
}

/** Of the form `[0]`, `[1]`, …; anything else is not a list. */
function listKeys(list: Params): string[] {
  const keys = Object.keys(list.fields)
  if (keys.length > listItemsMax || keys.some((key) => !/^\d{1,4}$/.test(key))) {
    const message = `Invalid array: at most ${listItemsMax} members, numbered from 0`
    throw invalidParam(list.prefix, 'parameter_invalid_array', message)
  }
  return keys.sort((a, b) => Number(a) - Number(b))
}
