/** Lists in pages: what they are asked with and how they are answered. */
import { z } from '@hono/zod-openapi'
import type { Page, Paged } from '../../storage/storage.ts'

export const pageLimitMax = 200
export const pageLimitDefault = 50

export const limit = z
  .string()
  .regex(/^\d{1,3}$/, 'is not a whole number')
  .transform(Number)
  .refine((value) => value >= 1 && value <= pageLimitMax, `is not from 1 to ${pageLimitMax}`)
  .optional()
  .openapi({ type: 'integer', minimum: 1, maximum: pageLimitMax, default: pageLimitDefault })

/** The cursors of this storage are positions; anything else would not be a number there. */
export const cursor = z
  .string()
  .regex(/^\d{1,15}$/, 'is not the `next` of a list')
  .optional()
  .openapi({ description: 'The `next` of the page before.' })

export const pageQuery = { limit, cursor }

export function toPage(query: { limit?: number | undefined; cursor?: string | undefined }): Page {
  const { limit = pageLimitDefault, cursor } = query
  return cursor === undefined ? { limit } : { limit, cursor }
}

export function listOf<Schema extends z.ZodType>(schema: Schema) {
  return z.object({ data: z.array(schema), next: z.string().nullable() })
}

export function toList<T, View>({ data, next }: Paged<T>, toView: (item: T) => View) {
  return { data: data.map(toView), next }
}

/** A page of a list in memory; its cursor is the position after it. */
export function pageOfArray<T>(items: readonly T[], { limit, cursor = '0' }: Page): Paged<T> {
  const end = Number(cursor) + limit
  return {
    data: items.slice(Number(cursor), end),
    next: end < items.length ? String(end) : null,
  }
}
