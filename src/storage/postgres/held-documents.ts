/**
 * Documents as a group of settlements sees and changes them: read and held by one set of
 * statements, changed in memory write by write, and written back by one statement. It decides
 * nothing about deliveries.
 */
import type { JsonObject } from '../../base/json.ts'
import { writeChange } from '../changes.ts'
import {
  asNumber,
  asText,
  orNull,
  type Program,
  type Row,
  type Statement,
  withoutNul,
} from '../program.ts'
import type { Effect, SqlValue } from '../storage.ts'

interface Held {
  /** The data as it is stored; null where there is none, or none any more. */
  text: string | null
  version: number
  /** Not in the database yet. */
  isWritten: boolean
}

export type HeldDocuments = ReadonlyMap<string, Held>
export type DocumentEffect = Exclude<Effect, { kind: 'sql' } | { kind: 'transaction' }>

/** As PostgreSQL gives a text back. */
export function asStored(text: string): string {
  return withoutNul(text).toWellFormed()
}

/**
 * Nobody else writes at these paths until the transaction ends, whether or not there are documents.
 * Rows first and then paths without one, in one order everywhere, so that groups do not deadlock.
 */
export function* holdDocuments(paths: ReadonlySet<string>): Program<Map<string, Held>> {
  const ordered = [...paths].sort()
  const held = new Map<string, Held>()
  if (ordered.length === 0) return held
  addTo(held, yield { text: select, values: [ordered] })
  const absent = ordered.filter((path) => !held.has(path))
  if (absent.length > 0) {
    yield {
      text: 'select pg_advisory_xact_lock(hashtextextended(path, 0)) from unnest($1::text[]) path',
      values: [absent],
    }
    // Somebody may have written it while the path was waited for.
    addTo(held, yield { text: select, values: [absent] })
  }
  for (const path of absent) {
    if (!held.has(path)) held.set(path, { text: null, version: 0, isWritten: true })
  }
  return held
}

/** One look by the index for each path, however few documents there were when it was planned. */
const select = `select found.* from unnest($1::text[]) as wanted(path) cross join lateral (
  select path, data, version from documents where documents.path = wanted.path for update) found`

function addTo(held: Map<string, Held>, found: readonly Row[]): void {
  for (const { path, data, version } of found) {
    held.set(asText(path), {
      text: orNull(asText, data),
      version: asNumber(version),
      isWritten: true,
    })
  }
}

/** The version, 0 where there is no document. */
export function versionAt(documents: HeldDocuments, path: string): number {
  const { text, version } = heldAt(documents, path)
  return text === null ? 0 : version
}

/** Applies one write in memory; the change that it leaves, or undefined where it does nothing. */
export function applyWrite(
  documents: HeldDocuments,
  effect: DocumentEffect,
  { now, eventId }: { now: number; eventId: string },
): readonly SqlValue[] | undefined {
  const held = heldAt(documents, effect.path)
  const isDelete = effect.kind === 'delete'
  if (isDelete && held.text === null) return undefined
  const data = dataAfter(held, effect)
  held.text = data && JSON.stringify(data)
  held.version++
  held.isWritten = false
  const type = isDelete ? 'deleted' : 'set'
  return valuesOf(writeChange(now, asStored(effect.path), type, data, held.version, eventId))
}

function dataAfter({ text }: Held, effect: DocumentEffect): JsonObject | null {
  if (effect.kind === 'delete') return null
  if (effect.kind === 'set') return effect.data
  const before = text === null ? undefined : (JSON.parse(text) as JsonObject) // written here
  return { ...before, ...effect.patch }
}

function heldAt(documents: HeldDocuments, path: string): Held {
  const held = documents.get(asStored(path))
  if (!held) throw new Error(`The document ${path} was not held before it was looked at.`)
  return held
}

/** The last state of what was changed since the last time. */
export function writeBack(documents: HeldDocuments, now: number): Statement[] {
  const changed = [...documents].filter(([, { isWritten }]) => !isWritten)
  if (changed.length === 0) return []
  for (const [, held] of changed) held.isWritten = true
  const values = [
    changed.map(([path]) => path),
    changed.map(([, { text }]) => text),
    changed.map(([, { version }]) => version),
    now,
  ]
  return [{ text: upsert, values }]
}

const upsert = `insert into documents (path, data, version, updated_at)
  select path, data, version, $4 from unnest($1::text[], $2::text[], $3::bigint[])
    as t(path, data, version)
  on conflict (path) do update set data = excluded.data, version = excluded.version,
    updated_at = excluded.updated_at`

/** What a program of one statement would give it, for a statement that takes many. */
export function valuesOf(program: Program<void>): readonly SqlValue[] {
  const step = program.next([]).value
  if (!step || !('values' in step)) throw new Error('A program of one statement has no values.')
  return step.values as readonly SqlValue[] // lists are in statements of postgres/ alone
}
