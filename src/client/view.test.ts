import { expect, test } from 'vitest'
import type { Frame, LiveDocument, SetChange } from './frame.ts'
import { advance, documentsOf, newView } from './view.ts'

const document = (path: string, version: number, data = { n: version }): LiveDocument => ({
  path,
  data,
  version,
})
const snapshot = (cursor: number, ...documents: LiveDocument[]): Frame => ({
  type: 'snapshot',
  cursor,
  documents,
})
const set = (cursor: number, path: string, version: number): SetChange => ({
  type: 'set',
  cursor,
  ...document(path, version),
})
const deleted = (cursor: number, path: string, version: number): Frame => ({
  type: 'deleted',
  cursor,
  path,
  data: null,
  version,
})

test('documents come in the order of their paths, whatever order they came in', () => {
  const view = newView()
  const frames = [snapshot(1, document('b', 1), document('c', 1)), set(2, 'a', 1), set(3, 'ab', 1)]
  for (const frame of frames) [...advance(view, frame)]
  expect(documentsOf(view).map(({ path }) => path)).toEqual(['a', 'ab', 'b', 'c'])
})

test('a change is given once, and the view has it when it is given', () => {
  const view = newView()
  const seen = []
  for (const frame of [
    snapshot(1),
    set(2, 'a', 1),
    set(2, 'a', 1),
    set(1, 'a', 0),
    set(3, 'a', 2),
  ]) {
    for (const { cursor } of advance(view, frame))
      seen.push([cursor, documentsOf(view)[0]?.version])
  }
  expect(seen).toEqual([
    [2, 1],
    [3, 2],
  ])
})

test('a deleted document is gone', () => {
  const view = newView()
  for (const frame of [snapshot(1, document('a', 1)), deleted(2, 'a', 2)]) [...advance(view, frame)]
  expect(documentsOf(view)).toEqual([])
})

test('a later snapshot is given as the difference to what was seen', () => {
  const view = newView()
  const before = snapshot(5, document('a', 1), document('b', 1), document('c', 1))
  const after = snapshot(9, document('a', 1), document('b', 2), document('d', 1))
  expect([...advance(view, before)]).toHaveLength(3)
  expect([...advance(view, after)]).toEqual([deleted(9, 'c', 1), set(9, 'b', 2), set(9, 'd', 1)])
  expect([...advance(view, after)]).toEqual([])
})

test('a document that was deleted and made anew differs, also at the same version', () => {
  const view = newView()
  ;[...advance(view, snapshot(1, document('a', 1, { n: 1 })))]
  const anew = document('a', 1, { n: 2 })
  expect([...advance(view, snapshot(3, anew))]).toEqual([{ type: 'set', cursor: 3, ...anew }])
})

test('a server whose log began anew is followed from its smaller cursor', () => {
  const view = newView()
  for (const frame of [snapshot(500), snapshot(3)]) [...advance(view, frame)]
  expect([...advance(view, set(4, 'a', 1))]).toHaveLength(1)
})

test('changes of what is no document are told, and not kept for a snapshot to take', () => {
  const view = newView()
  const seen = [snapshot(1), set(2, 'hookline/events/evt_1', 1), snapshot(9)].flatMap((frame) => [
    ...advance(view, frame),
  ])
  expect(seen.map(({ type, path }) => [type, path])).toEqual([['set', 'hookline/events/evt_1']])
  expect(documentsOf(view)).toEqual([])
})
