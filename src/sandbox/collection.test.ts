import { expect, test } from 'vitest'
import { createCollection, newestFirst, putItem } from './collection.ts'

interface Item {
  readonly id: string
  readonly text: string
}

test('a collection gives its items newest first', () => {
  const collection = createCollection<Item>(3)
  for (const id of ['a', 'b', 'c']) putItem(collection, { id, text: '' })
  expect(newestFirst(collection).map(({ id }) => id)).toEqual(['c', 'b', 'a'])
})

test('an item that is replaced keeps its place', () => {
  const collection = createCollection<Item>(3)
  for (const id of ['a', 'b', 'a']) putItem(collection, { id, text: id })
  putItem(collection, { id: 'a', text: 'new' })
  expect(newestFirst(collection).map(({ id, text }) => id + text)).toEqual(['bb', 'anew'])
})

test('a full collection drops its oldest item and no other', () => {
  const collection = createCollection<Item>(3)
  for (const id of ['a', 'b', 'c', 'd']) putItem(collection, { id, text: '' })
  expect(newestFirst(collection).map(({ id }) => id)).toEqual(['d', 'c', 'b'])
})
