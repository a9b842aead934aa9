/** Single values in requests and answers: texts, times, ids. */
import { z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import { HooklineError } from '../../base/errors.ts'

const textCharactersMax = 255

/** Text that every database takes: neither NUL nor half a surrogate pair. */
export const text = z
  .string()
  .min(1, 'is empty')
  .max(textCharactersMax, `is over ${textCharactersMax} characters`)
  .refine(
    (value) => value.isWellFormed() && !value.includes('\0'),
    'has characters that no text has',
  )

/** A time in an answer. */
export const timestamp = z
  .string()
  .openapi({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })

/** A time in a request, as milliseconds since 1970. */
export const moment = z.iso
  .datetime({
    offset: true,
    error: 'is not an RFC 3339 time such as 2026-01-31T12:00:00Z; a + in a query is written %2B',
  })
  .transform((value) => Date.parse(value))

export function toTimestampOrNull(atMs: number | null): string | null {
  return atMs === null ? null : toTimestamp(atMs)
}

export const idParameter = z.object({ id: z.string() })

const idPattern = /^[a-z]{2,4}_[0-9A-Z]{26}$/

/** What has not the form of an id is not asked for: a database may refuse its characters. */
export async function found<T>(
  id: string,
  find: (id: string) => Promise<T | undefined>,
): Promise<T> {
  const it = idPattern.test(id) ? await find(id) : undefined
  if (it !== undefined) return it
  throw new HooklineError(
    'not_found',
    'Nothing has this id. It is misspelt, of another database, or past its retention. ' +
      'Take it from the list.',
  )
}

/** Without the members that are undefined, which the storage takes as given. */
export function given<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined)
  // The members that could be undefined are those that were left out.
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}
