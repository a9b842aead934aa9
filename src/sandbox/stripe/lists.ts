/**
 * Lists as Stripe answers them: newest first, `limit`, `starting_after`, `ending_before`,
 * `has_more`.
 */
import { type Collection, newestFirst } from '../collection.ts'
import { hash, integer, type Params, text } from './params.ts'
import { noSuch } from './stripe-error.ts'

export const pageItemsDefault = 10
export const pageItemsMax = 100

export interface StripeList<T> {
  readonly object: 'list'
  readonly data: readonly T[]
  readonly has_more: boolean
  readonly url: string
}

export interface ListOptions<T> {
  readonly params: Params
  /** The path it is read from. */
  readonly url: string
  /** Seconds since 1970, for the `created` filter. */
  readonly created: (item: T) => number
  readonly matches?: (item: T) => boolean
}

export function listPage<T extends { readonly id: string }>(
  collection: Collection<T>,
  options: ListOptions<T>,
): StripeList<T> {
  const isInTime = createdFilter(options.params)
  const matches = options.matches ?? (() => true)
  const found = newestFirst(collection).filter(
    (item) => isInTime(options.created(item)) && matches(item),
  )
  return pageOf(found, options)
}

/** A page of items that are already in their order. */
export function pageOf<T extends { readonly id: string }>(
  items: readonly T[],
  { params, url }: { params: Params; url: string },
): StripeList<T> {
  const limit = integer(params, 'limit', { min: 1, max: pageItemsMax }) ?? pageItemsDefault
  const before = text(params, 'ending_before')
  if (before) {
    const end = indexOf(items, before, 'ending_before')
    const data = items.slice(Math.max(0, end - limit), end)
    return { object: 'list', data, has_more: end > limit, url }
  }
  const after = text(params, 'starting_after')
  const start = after ? indexOf(items, after, 'starting_after') + 1 : 0
  const data = items.slice(start, start + limit)
  return { object: 'list', data, has_more: items.length > start + limit, url }
}

function indexOf(items: readonly { readonly id: string }[], id: string, param: string): number {
  const index = items.findIndex((item) => item.id === id)
  if (index < 0) throw noSuch('object', id, { param, isPath: false })
  return index
}

const comparisons = ['gt', 'gte', 'lt', 'lte'] as const

/** `created=1700000000`, or `created[gte]=…` and the like. */
function createdFilter(params: Params): (created: number) => boolean {
  const range = { min: 0, max: 99_999_999_999 }
  if (typeof params.fields.created === 'string') {
    const exact = integer(params, 'created', range)
    return (created) => exact === undefined || created === exact
  }
  const bounds = hash(params, 'created')
  if (!bounds) return () => true
  const limits = comparisons.map((name) => [name, integer(bounds, name, range)] as const)
  return (created) =>
    limits.every(([name, bound]) => bound === undefined || compare(created, name, bound))
}

function compare(value: number, name: (typeof comparisons)[number], bound: number): boolean {
  switch (name) {
    case 'gt':
      return value > bound
    case 'gte':
      return value >= bound
    case 'lt':
      return value < bound
    case 'lte':
      return value <= bound
  }
}
