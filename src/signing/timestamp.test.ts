import { describe, expect, test } from 'vitest'
import { checkTime, formatTime, parseTime, type TimeUnit, toleranceOf } from './timestamp.ts'

describe('parseTime', () => {
  test('reads whole seconds, whole milliseconds and RFC 3339 as milliseconds', () => {
    expect(parseTime('1700000000', 's')).toBe(1_700_000_000_000)
    expect(parseTime('1700000000123', 'ms')).toBe(1_700_000_000_123)
    expect(parseTime('2023-11-14T22:13:20Z', 'iso')).toBe(1_700_000_000_000)
    expect(parseTime('2023-11-14T22:13:20.123456789Z', 'iso')).toBe(1_700_000_000_123)
    expect(parseTime('2023-11-15T00:13:20+02:00', 'iso')).toBe(1_700_000_000_000)
    expect(parseTime('2023-11-14T22:13:20.123456', 'iso-utc')).toBe(1_700_000_000_123)
    expect(parseTime('2023-11-15T00:13:20+02:00', 'iso-utc')).toBe(1_700_000_000_000)
    expect(parseTime('0', 's')).toBe(0)
  })

  const malformed: [string, TimeUnit][] = [
    ['', 's'],
    ['1700000000abc', 's'],
    [' 1700000000', 's'],
    ['1700000000 ', 's'],
    ['1700000000\n', 's'],
    ['01700000000', 's'],
    ['+1700000000', 's'],
    ['-1', 's'],
    ['1.7e9', 's'],
    ['1700000000.5', 's'],
    ['0x6553f100', 's'],
    ['NaN', 's'],
    ['Infinity', 's'],
    ['١٧٠٠', 's'],
    ['9'.repeat(15), 's'],
    ['1'.repeat(400), 'ms'],
    ['1700000000', 'iso'],
    ['2023-11-14', 'iso'],
    ['2023-11-14T22:13:20', 'iso'],
    ['2023-13-14T22:13:20Z', 'iso'],
    ['2023-11-14T22:13:20Zjunk', 'iso'],
    ['2023-11-14', 'iso-utc'],
    ['2023-11-14T22:13:20 ', 'iso-utc'],
  ]
  test.each(malformed)('%j is no time in %s', (text, unit) => {
    expect(parseTime(text, unit)).toBeUndefined()
  })
})

test.each<TimeUnit>(['s', 'ms', 'iso', 'iso-utc'])('what is written in %s is read back', (unit) => {
  expect(parseTime(formatTime(1_700_000_000, unit), unit)).toBe(1_700_000_000_000)
})

describe('checkTime', () => {
  const at = 1_700_000_000_000
  const seconds = at / 1000

  test('is inclusive at the tolerance, in both directions', () => {
    expect(checkTime(at, seconds + 300, 300)).toBeUndefined()
    expect(checkTime(at, seconds - 300, 300)).toBeUndefined()
    expect(checkTime(at, seconds + 301, 300)).toBe('timestamp_too_old')
    expect(checkTime(at, seconds - 301, 300)).toBe('timestamp_in_future')
    expect(checkTime(at + 1, seconds, 0)).toBe('timestamp_in_future')
  })

  test('may be narrower ahead than back', () => {
    expect(checkTime(at, seconds + 900, 900, 300)).toBeUndefined()
    expect(checkTime(at, seconds - 300, 900, 300)).toBeUndefined()
    expect(checkTime(at, seconds + 901, 900, 300)).toBe('timestamp_too_old')
    expect(checkTime(at, seconds - 301, 900, 300)).toBe('timestamp_in_future')
  })

  test('refuses where a number is not one', () => {
    expect(checkTime(Number.NaN, seconds, 300)).toBeDefined()
    expect(checkTime(at, Number.NaN, 300)).toBeDefined()
    expect(checkTime(at, seconds, Number.NaN)).toBeDefined()
  })
})

test('a tolerance that was set counts, unless it is no usable number', () => {
  expect(toleranceOf(undefined, 300)).toBe(300)
  expect(toleranceOf(0, 300)).toBe(0)
  expect(toleranceOf(600, 300)).toBe(600)
  expect(toleranceOf(-1, 300)).toBe(300)
  expect(toleranceOf(Number.NaN, 300)).toBe(300)
  expect(toleranceOf(Number.POSITIVE_INFINITY, 300)).toBe(300)
})
