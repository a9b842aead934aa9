import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SeriesAnswer } from '../../client/wire.ts'
import { call } from '../testing/admin-call.ts'
import { aSample } from '../testing/observed.ts'
import { startedAt, startServed, type TestServed } from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

describe.each(ways)('/stats/series $name', ({ open }) => {
  let served: TestServed
  let way: Way
  beforeEach(async () => {
    served = await startServed()
    way = await open(served)
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  const series = async (query: string) => {
    const { status, body } = await call(way, `/stats/series?${query}`)
    expect(status, JSON.stringify(body)).toBe(200)
    return body as SeriesAnswer // its shape is held by the description
  }
  const at = (minutes: number) => startedAt - minutes * minuteMs

  test('the last hour by the minute, with nothing where nothing was', async () => {
    await served.storage.writeSamples([
      aSample(at(3), { count: 5 }),
      aSample(at(3), { count: 2, process: 'p2' }),
      aSample(at(1), { label: 'github' }),
    ])
    const { stepMs, at: axis, series: found, isWhole } = await series('metric=received')
    expect([stepMs, axis.length, axis[0], isWhole]).toEqual([
      ...[minuteMs, 60, '2026-01-31T11:00:00.000Z', true],
    ])
    expect(found.map(({ label }) => label)).toEqual(['stripe', 'github'])
    const values = found[0]?.values ?? []
    expect([values[57], values[58], values.filter((value) => value !== null)]).toEqual([
      ...[7, null, [7]],
    ])
  })

  test('a histogram has its median and its slowest part, over all processes', async () => {
    const buckets = (i: number, count: number) =>
      Array.from({ length: 29 }, (_, b) => (b === i ? count : 0))
    const common = { metric: 'ack_ms', label: 'stripe' }
    await served.storage.writeSamples([
      aSample(at(2), { ...common, count: 98, sum: 98, max: 1, buckets: buckets(0, 98) }),
      aSample(at(2), { ...common, process: 'p2', count: 2, max: 99, buckets: buckets(11, 2) }),
    ])
    const [found] = (await series('metric=ack_ms&label=stripe')).series
    expect(found).toMatchObject({ kind: 'histogram', unit: 'ms' })
    expect(found?.count?.[58]).toBe(100)
    expect(found?.max?.[58]).toBe(99)
    expect(found?.values[58]).toBeLessThanOrEqual(1)
    expect(found?.p99?.[58]).toBeGreaterThan(70)
  })

  test('30 days come by the hour, and several metrics on one axis', async () => {
    await served.storage.writeSamples([
      aSample(0, { at: startedAt - 20 * 24 * hourMs, stepMs: hourMs, count: 9 }),
      aSample(0, {
        ...{ metric: 'queue_depth', label: '', stepMs: hourMs },
        at: startedAt - hourMs,
      }),
    ])
    const since = new Date(startedAt - 30 * 24 * hourMs).toISOString()
    const {
      stepMs,
      series: found,
      at: axis,
    } = await series(`metric=received,queue_depth&since=${since}`)
    expect([stepMs, axis.length]).toEqual([hourMs, 720])
    expect(found.map(({ metric }) => metric)).toEqual(['received', 'queue_depth'])
    expect(found[0]?.values[240]).toBe(9)
    const coarse = await series(`metric=received&since=${since}&step=${24 * hourMs}`)
    expect([
      coarse.at.length,
      coarse.series[0]?.values.filter((value) => value === 9).length,
    ]).toEqual([31, 1])
  })

  test('test and live are told apart by the mode of the source', async () => {
    await served.storage.writeSamples([aSample(at(1))])
    expect((await series('metric=received&mode=test')).series).toHaveLength(1)
    expect((await series('metric=received&mode=live')).series).toEqual([])
  })

  test.each([
    'metric=nothing',
    'metric=',
    '',
    'metric=received&step=x',
    'metric=received&since=yesterday',
    'metric=__proto__',
    'metric=done,failed,retried,ack_ms,handler_ms,received,streams,rejected,duplicates',
  ])('%s is refused', async (query) => {
    const { status, body } = await call(way, `/stats/series?${query}`)
    expect([status, body]).toMatchObject([400, { code: 'payload_invalid' }])
  })

  test('a span without end is answered with a bounded number of points', async () => {
    const { at: axis } = await series(
      'metric=received&since=1970-01-01T00:00:00Z&until=2999-01-01T00:00:00Z&step=1',
    )
    expect(axis.length).toBeLessThanOrEqual(1_501)
  })
})
