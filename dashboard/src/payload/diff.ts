/** What differs between two documents, member by member, as text. */
import type { Json, JsonObject } from 'hookline/client'

export interface Difference {
  readonly path: string
  /** Undefined where there was, or is, no such member. */
  readonly before: string | undefined
  readonly after: string | undefined
}

export const differencesMax = 200
const depthMax = 12

export function differences(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): Difference[] {
  const found: Difference[] = []
  compare(found, '', before, after, 0)
  return found
}

function compare(
  found: Difference[],
  path: string,
  before: Json | undefined,
  after: Json | undefined,
  depth: number,
): void {
  if (found.length >= differencesMax || textOf(before) === textOf(after)) return
  const [left, right] = [membersOf(before), membersOf(after)]
  if (depth >= depthMax || !left || !right || Array.isArray(before) !== Array.isArray(after)) {
    found.push({ path, before: textOf(before), after: textOf(after) })
    return
  }
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const inner = path === '' ? name : `${path}.${name}`
    compare(found, inner, left[name], right[name], depth + 1)
  }
}

function membersOf(value: Json | undefined): Record<string, Json> | undefined {
  // An array is compared by its places.
  return typeof value === 'object' && value !== null
    ? (value as Record<string, Json>)
    : value === undefined
      ? {}
      : undefined
}

function textOf(value: Json | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}
