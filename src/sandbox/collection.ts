/**
 * What a pretend company remembers, in memory and bounded: when a collection is full its oldest
 * item goes. Items are replaced, never changed in place, so what was handed out stays as it was.
 */
export interface Collection<T extends { readonly id: string }> {
  readonly items: Map<string, T>
  readonly itemsMax: number
}

export function createCollection<T extends { readonly id: string }>(
  itemsMax: number,
): Collection<T> {
  return { items: new Map(), itemsMax }
}

/** Adds the item, or replaces the one with its id, which keeps its place in the order. */
export function putItem<T extends { readonly id: string }>(collection: Collection<T>, item: T): T {
  collection.items.set(item.id, item)
  if (collection.items.size > collection.itemsMax) {
    const oldest = collection.items.keys().next()
    if (!oldest.done) collection.items.delete(oldest.value)
  }
  return item
}

export function newestFirst<T extends { readonly id: string }>(collection: Collection<T>): T[] {
  return [...collection.items.values()].reverse()
}
