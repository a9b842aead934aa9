import { expect, test } from 'vitest'
import { lanesMax, layOut } from './layout.ts'
import { drawnDots, newTravel, segmentMs, send } from './travel.ts'

const sources = [
  { name: 'stripe', providerTitle: 'Stripe' },
  { name: 'github', providerTitle: 'GitHub' },
]
const targets = ['stripe/unlock', 'stripe/ledger']
const layout = layOut({ sources, targets }, 1_200)
const y = (id: string, of = layout) => of.stations.find((station) => station.id === id)?.y

test('an event goes by its own source to the store, and is then gone', () => {
  const travel = newTravel(layout)
  send(travel, [{ kind: 'arrived', eventId: 'evt_1', source: 'github' }], 0)
  expect(drawnDots(travel, segmentMs / 2)).toMatchObject([{ y: y('source github') }])
  expect(drawnDots(travel, 3 * segmentMs - 1)).toHaveLength(1)
  expect(drawnDots(travel, 3 * segmentMs + 1)).toEqual([])
})

test('a delivery does not overtake its event, and a failed one falls from its handler', () => {
  const travel = newTravel(layout)
  send(travel, [{ kind: 'arrived', eventId: 'evt_1', source: 'stripe' }], 0)
  const state = 'failed'
  send(travel, [{ kind: 'handled', eventId: 'evt_1', target: 'stripe/ledger', state }], 10)
  expect(drawnDots(travel, 20)).toHaveLength(1)
  const [fallen] = drawnDots(travel, 4 * segmentMs + 100)
  expect(fallen?.tone).toBe('failed')
  expect(fallen?.y).toBeGreaterThan(y('handler stripe/ledger') ?? 0)
})

test('a thousand events at once are a few dots, each larger', () => {
  const travel = newTravel(layout)
  const many = Array.from({ length: 1_000 }, (_, i) => `evt_${i}`)
  send(
    travel,
    many.map((eventId) => ({ kind: 'arrived', eventId, source: 'stripe' }) as const),
    0,
  )
  const dots = drawnDots(travel, segmentMs)
  expect(dots.length).toBeLessThan(10)
  expect(Math.min(...dots.map(({ radius }) => radius))).toBeGreaterThan(6)
})

test('more lanes than there is room for share one, and dots find it', () => {
  const names = Array.from({ length: 9 }, (_, i) => `stripe/h${i}`)
  const crowded = layOut({ sources, targets: names }, 1_200)
  const handlers = crowded.stations.filter(({ kind }) => kind === 'handler')
  expect(handlers.map(({ title }) => title).at(-1)).toBe('5 more')
  expect(handlers).toHaveLength(lanesMax)
  const travel = newTravel(crowded)
  send(travel, [{ kind: 'handled', eventId: 'e', target: 'stripe/h8', state: 'done' }], 0)
  const [dot] = drawnDots(travel, segmentMs - 1)
  expect(dot?.y).toBeCloseTo(handlers.at(-1)?.y ?? 0, 0)
})

test('on a narrow page the line goes down and up again, with one lane', () => {
  const narrow = layOut({ sources, targets }, 310)
  const at = (kind: string) => narrow.stations.find((station) => station.kind === kind)
  expect(new Set(narrow.stations.map(({ x }) => x)).size).toBe(2)
  expect(narrow.stations).toHaveLength(7)
  expect(at('handler')?.y).toBe(at('stored')?.y)
  expect(at('clients')?.y).toBe(at('source')?.y)
  expect(narrow.height).toBeLessThan(300)
})

test('the way from the store to the handlers passes below their labels', () => {
  const narrow = layOut({ sources, targets }, 310)
  const travel = newTravel(narrow)
  const target = 'stripe/unlock'
  send(travel, [{ kind: 'handled', eventId: 'e', target, state: 'done' }], 0)
  const [dot] = drawnDots(travel, segmentMs / 2)
  expect(dot?.y).toBeGreaterThan((y('stored', narrow) ?? 0) + 20)
  expect(dot?.y).toBeLessThan(narrow.height)
})

test('a provider goes by its title, and its source by its name', () => {
  const titles = layout.stations.slice(0, 4).map(({ title }) => title)
  expect(titles).toEqual(['Stripe', 'GitHub', 'stripe', 'github'])
})
