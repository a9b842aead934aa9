/** Pages of a list: one row more than asked for was read, to know whether there is a next page. */
import type { Row } from './program.ts'
import type { Paged } from './storage.ts'

export function pageOf<T>(
  found: readonly Row[],
  limit: number,
  convert: (row: Row) => T,
  cursorOf: (row: Row) => string,
): Paged<T> {
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return {
    data: shown.map(convert),
    next: found.length > limit && last ? cursorOf(last) : null,
  }
}
