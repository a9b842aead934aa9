import { expect, test } from 'vitest'
import { alternate, median, ratios, spread } from './alternate.ts'
import { seededRandom } from './random.ts'

test('the median of an odd number is the middle one, of an even number between two', () => {
  expect(median([30, 10, 20])).toBe(20)
  expect(median([40, 10, 30, 20])).toBe(25)
  expect(median([7])).toBe(7)
  expect(median([])).toBeNaN()
})

test('the rounds are put in order as numbers, and stay as they were', () => {
  const rounds = [1_000, 9, 100]
  expect(spread(rounds)).toEqual({ median: 100, min: 9, max: 1_000 })
  expect(rounds).toEqual([1_000, 9, 100])
})

test('a ratio compares within each round, so a slow round changes it not', () => {
  expect(ratios([50, 5, 500], [100, 10, 1000])).toEqual([0.5, 0.5, 0.5])
  expect(() => ratios([1, 2], [1])).toThrow(/as many rounds/)
})

test('each round measures every candidate once, in an order that the seed decides', async () => {
  const orderOf = async (seed: number) => {
    const order: string[] = []
    const samples = await alternate({
      candidates: ['a', 'b', 'c', 'd', 'e'],
      rounds: 4,
      random: seededRandom(seed),
      measure: async (candidate, round) => {
        order.push(candidate)
        return `${candidate}${round}`
      },
    })
    expect(samples.get('c')).toEqual(['c1', 'c2', 'c3', 'c4'])
    return order.join('').match(/.{5}/g)
  }
  const rounds = (await orderOf(1)) ?? []
  for (const round of rounds) expect([...round].sort().join('')).toBe('abcde')
  expect(new Set(rounds).size).toBeGreaterThan(1)
  expect(await orderOf(1)).toEqual(rounds)
  expect(await orderOf(2)).not.toEqual(rounds)
})

test('no round begins that would end too late, and all candidates have as many', async () => {
  let nowMs = 0
  const samples = await alternate({
    candidates: ['a', 'b'],
    rounds: 10,
    random: seededRandom(1),
    measure: async () => (nowMs += 100_000),
    now: () => nowMs,
  })
  expect([...samples.values()].map(({ length }) => length)).toEqual([2, 2])
})
