import { describe, expect, test } from 'vitest'
import { bucketBounds, count, newMeter, observe, otherLabel, quantile } from './meter.ts'

describe('a meter', () => {
  test('counts by metric and label', () => {
    const meter = newMeter()
    count(meter, 'received', 'stripe')
    count(meter, 'received', 'stripe', 4)
    count(meter, 'received', 'github')
    const series = [...(meter.series.get('received')?.values() ?? [])]
    expect(series.map(({ label, count }) => [label, count])).toEqual([
      ['stripe', 5],
      ['github', 1],
    ])
  })

  test('puts each value into the bucket whose bound it does not exceed', () => {
    const meter = newMeter()
    for (const value of [0, 1, 1.5, 60_000, 60_001]) observe(meter, 'ack_ms', 'stripe', value)
    const series = meter.series.get('ack_ms')?.get('stripe')
    expect(series).toMatchObject({ count: 5, sum: 120_003.5, max: 60_001 })
    expect(series?.buckets?.at(0)).toBe(2)
    expect(series?.buckets?.at(1)).toBe(1)
    expect(series?.buckets?.at(-2)).toBe(1)
    expect(series?.buckets?.at(-1)).toBe(1)
    expect(series?.buckets).toHaveLength(bucketBounds.length + 1)
  })

  test('counts what has too many labels together, so that no sender can fill the memory', () => {
    const meter = newMeter()
    for (let i = 0; i < 2_000; i++) count(meter, 'received', `s${i}`)
    const known = meter.series.get('received')
    expect(known?.size).toBe(501)
    expect(known?.get(otherLabel)?.count).toBe(1_500)
  })
})

describe('a quantile', () => {
  const bucketsOf = (values: readonly number[]) => {
    const meter = newMeter()
    for (const value of values) observe(meter, 'ack_ms', '', value)
    return meter.series.get('ack_ms')?.get('')?.buckets ?? []
  }

  test('is near the true one, and never over the greatest value', () => {
    const values = Array.from({ length: 1_000 }, (_, i) => i / 10)
    const buckets = bucketsOf(values)
    expect(quantile(buckets, 0.5, 99.9)).toBeGreaterThan(40)
    expect(quantile(buckets, 0.5, 99.9)).toBeLessThan(60)
    expect(quantile(buckets, 0.99, 99.9)).toBeGreaterThan(90)
    expect(quantile(buckets, 1, 99.9)).toBeLessThanOrEqual(99.9)
    expect(quantile(bucketsOf([4]), 0.99, 4)).toBeLessThanOrEqual(4)
    expect(quantile(bucketsOf([90_000]), 0.5, 90_000)).toBeGreaterThan(60_000)
  })

  test('of nothing is null', () => {
    expect(quantile(bucketsOf([]), 0.5, 0)).toBeNull()
  })
})
