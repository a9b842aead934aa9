import { expect, test } from 'vitest'
import { systemClock, toTimestamp } from './clock.ts'

test('the clock of the machine gives whole milliseconds', () => {
  const nowMs = systemClock.now()
  expect(Number.isInteger(nowMs)).toBe(true)
  expect(nowMs).toBeGreaterThan(1_600_000_000_000)
})

test('a time on the wire is UTC with three digits of milliseconds', () => {
  expect(toTimestamp(0)).toBe('1970-01-01T00:00:00.000Z')
  expect(toTimestamp(1_767_225_600_007)).toBe('2026-01-01T00:00:00.007Z')
})
