import { expect, test } from 'vitest'
import { differences, differencesMax } from './diff.ts'

test('only what differs is told, by its path', () => {
  const before = { name: 'Ada', address: { city: 'Paris', zip: '1' }, old: true }
  const after = { name: 'Ada', address: { city: 'Rome', zip: '1' }, tags: ['a'] }
  expect(differences(before, after)).toEqual([
    { path: 'address.city', before: '"Paris"', after: '"Rome"' },
    { path: 'old', before: 'true', after: undefined },
    { path: 'tags', before: undefined, after: '["a"]' },
  ])
})

test('a document that begins or ends is told member by member', () => {
  expect(differences(undefined, { a: 1 })).toEqual([{ path: 'a', before: undefined, after: '1' }])
  expect(differences({ a: 1 }, undefined)).toEqual([{ path: 'a', before: '1', after: undefined }])
})

test('there is a limit to what is told', () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, i]))
  expect(differences({}, many)).toHaveLength(differencesMax)
})
