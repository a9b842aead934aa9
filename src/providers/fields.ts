/** Finds the fields of an event at the places that a declaration names. */
import type { Mode } from '../base/mode.ts'
import { parseTime } from '../signing/timestamp.ts'
import type { EventFields, Field, Place } from './declaration.ts'
import type { Reading } from './schemes/reading.ts'
import type { Matched } from './schemes/scheme.ts'

/** Longer ids and types are taken as none: they go into indexes. */
export const fieldCharactersMax = 512

export type Find = (place: Place) => unknown

/** Looks in one verified request. */
export function findIn(reading: Reading, matched: Matched): Find {
  return (place) => {
    if (place === 'signed:id') return matched.id
    if (place.startsWith('header:'))
      return reading.headers.get(place.slice('header:'.length).toLowerCase())
    const path = place.slice('body:'.length)
    return path === '' ? reading.payload() : reading.at(path)
  }
}

export function textField(field: Field | undefined, find: Find): string | undefined {
  if (field === undefined) return undefined
  if (typeof field === 'string') return plainText(find(field))
  if ('first' in field) return field.first.map((one) => textField(one, find)).find(isThere)
  if ('memberOf' in field) return plainText(memberBeside(find(field.memberOf), field.beside))
  const texts = field.join.map((one) => textField(one, find))
  return texts.every(isThere) ? texts.join('.') : undefined
}

function memberBeside(value: unknown, known: readonly string[]): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  return Object.keys(value).find((name) => !known.includes(name))
}

export function timeField(field: EventFields['occurredAt'], find: Find): number | undefined {
  if (!field) return undefined
  const value = find(field.at)
  if (typeof value === 'number') return parseTime(String(Math.floor(value)), field.unit)
  return typeof value === 'string' ? parseTime(value, field.unit) : undefined
}

export function modeField(field: EventFields['mode'], find: Find): Mode | undefined {
  if (!field) return undefined
  const value = find(field.at)
  if (value === field.live) return 'live'
  return value === field.test ? 'test' : undefined
}

function isThere(text: string | undefined): text is string {
  return text !== undefined
}

/** Text that every database takes: PostgreSQL refuses NUL, and lone surrogates change silently. */
function plainText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || text === '' || text.length > fieldCharactersMax) return undefined
  return text.isWellFormed() && !text.includes('\u0000') ? text : undefined
}

/** The headers that a declaration's fields name, in lower case. */
export function headersOf(event: EventFields): string[] {
  const places = [event.id, event.type].flatMap(placesOf)
  if (event.occurredAt) places.push(event.occurredAt.at)
  if (event.mode) places.push(event.mode.at)
  return places
    .filter((place) => place.startsWith('header:'))
    .map((place) => place.slice('header:'.length).toLowerCase())
}

export function placesOf(field: Field | undefined): readonly Place[] {
  if (field === undefined) return []
  if (typeof field === 'string') return [field]
  if ('memberOf' in field) return [field.memberOf]
  return ('first' in field ? field.first : field.join).flatMap(placesOf)
}

const memberName = /^[\w-]+$/

/** The members of the payload that fields name; none where one looks deeper, or into an object. */
export function memberNamesOf({ id, type, occurredAt, mode }: EventFields): readonly string[] {
  if ([id, type].some(readsNames)) return []
  const places = [...placesOf(id), ...placesOf(type), occurredAt?.at, mode?.at]
  const paths = places.flatMap((place) =>
    place?.startsWith('body:') ? [place.slice('body:'.length)] : [],
  )
  return paths.every((path) => memberName.test(path)) ? [...new Set(paths)] : []
}

function readsNames(field: Field | undefined): boolean {
  if (field === undefined || typeof field === 'string') return false
  return 'memberOf' in field || ('first' in field ? field.first : field.join).some(readsNames)
}
