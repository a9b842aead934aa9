import { expect, test } from 'vitest'
import { attemptsDefault, delaysMsDefault, nextAttemptAt } from './backoff.ts'

const middle = { now: 0, random: 0.5 }

test('first retries come within seconds, all attempts within about three days', () => {
  expect(nextAttemptAt(1, {}, middle)).toBe(1_000)
  expect(nextAttemptAt(2, {}, middle)).toBe(4_000)
  const totalMs = delaysMsDefault.reduce((sum, ms) => sum + ms, 0)
  expect(totalMs / 86_400_000).toBeGreaterThan(2.5)
  expect(totalMs / 86_400_000).toBeLessThan(3.5)
  expect(delaysMsDefault).toHaveLength(attemptsDefault - 1)
})

test('there is no attempt after the last', () => {
  expect(nextAttemptAt(14, {}, middle)).not.toBeNull()
  expect(nextAttemptAt(15, {}, middle)).toBeNull()
  expect(nextAttemptAt(1, { attempts: 1 }, middle)).toBeNull()
})

test('jitter spreads a wait by a fifth to either side', () => {
  expect(nextAttemptAt(1, {}, { now: 0, random: 0 })).toBe(800)
  expect(nextAttemptAt(1, {}, { now: 0, random: 0.999999 })).toBe(1_200)
})

test('the last of the given delays repeats', () => {
  expect(nextAttemptAt(7, { delaysMs: [10, 20] }, middle)).toBe(20)
})
