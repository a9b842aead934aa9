import { describe, expect, test } from 'vitest'
import { addressesMax, giveBackAttempt, newAttempts, takeAttempt } from './attempts.ts'

const limits = {
  perAddress: { attemptsMax: 3, everyMs: 1_000 },
  inAll: { attemptsMax: 1_000_000, everyMs: 1_000 },
}

describe('attempts', () => {
  test('are taken until there are none left, and one more after each interval', () => {
    const attempts = newAttempts(limits)
    const take = (nowMs: number) => takeAttempt(attempts, 'a', nowMs)
    expect([take(0), take(0), take(0), take(0)]).toEqual([true, true, true, false])
    expect([take(999), take(1_000), take(1_500), take(2_000)]).toEqual([false, true, false, true])
    expect([take(1e9), take(1e9), take(1e9), take(1e9)]).toEqual([true, true, true, false])
  })

  test('are not refilled by a clock that goes back', () => {
    const attempts = newAttempts(limits)
    for (let i = 0; i < 3; i++) takeAttempt(attempts, 'a', 10_000)
    expect(takeAttempt(attempts, 'a', 0)).toBe(false)
  })

  test('that are given back can be taken again, and no more than there were', () => {
    const attempts = newAttempts(limits)
    for (let i = 0; i < 9; i++) {
      expect(takeAttempt(attempts, 'a', 0)).toBe(true)
      giveBackAttempt(attempts, 'a')
    }
    for (let i = 0; i < 9; i++) giveBackAttempt(attempts, 'a')
    const taken = Array.from({ length: 5 }, () => takeAttempt(attempts, 'a', 0))
    expect(taken.filter(Boolean)).toHaveLength(3)
  })

  test('are kept for so many addresses, and whoever goes on trying is not forgotten', () => {
    const attempts = newAttempts(limits)
    for (let i = 0; i < 3; i++) takeAttempt(attempts, 'old', 0)
    for (let i = 0; i < 2; i++) takeAttempt(attempts, 'tries on', 0)
    for (let i = 0; i < addressesMax; i++) {
      if (i === addressesMax / 2) takeAttempt(attempts, 'tries on', 0)
      takeAttempt(attempts, `address ${i}`, 0)
    }
    expect(attempts.addresses.size).toBe(addressesMax)
    expect(takeAttempt(attempts, 'tries on', 0)).toBe(false)
    expect(takeAttempt(attempts, 'old', 0), 'the longest unused').toBe(true)
  })

  test('in all are refused when there are too many, from whatever address', () => {
    const attempts = newAttempts({ ...limits, inAll: { attemptsMax: 5, everyMs: 1_000 } })
    const taken = Array.from({ length: 9 }, (_, i) => takeAttempt(attempts, `${i}`, 0))
    expect(taken.filter(Boolean)).toHaveLength(5)
    expect(takeAttempt(attempts, 'another', 1_000)).toBe(true)
  })
})
