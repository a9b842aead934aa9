import { expect, onTestFinished, test } from 'vitest'
import { silentLog } from '../base/log.ts'
import { count, newMeter, observe } from '../base/meter.ts'
import { temporaryDatabase } from './conformance/temporary-database.ts'
import { newClock, startMs } from './conformance/under-test.ts'
import { openStorage } from './open.ts'
import { dayMs, hourMs, minuteMs, type SamplerOptions, startSampler } from './sampler.ts'

async function startForTest(options: Partial<SamplerOptions> = {}) {
  const clock = newClock()
  const storage = await openStorage({ database: await temporaryDatabase(), clock })
  const meter = newMeter()
  const start = () =>
    startSampler({ storage, meter, clock, log: silentLog, look: () => {}, ...options })
  const sampler = start()
  onTestFinished(async () => {
    await sampler.stop()
    await storage.close()
  })
  const samples = async (stepMs: number, metric: string) => {
    const span = { since: 0, until: Number.MAX_SAFE_INTEGER, limit: 1_000 }
    return (await storage.samples({ stepMs, metric, ...span })).map(({ at, count, max }) => ({
      ...{ at: at - startMs, count, max },
    }))
  }
  return { clock, storage, meter, sampler, start, samples }
}

test('each minute has what was counted in it, and the hour the sum of them', async () => {
  const { clock, meter, sampler, samples } = await startForTest()
  count(meter, 'received', 'stripe', 3)
  clock.timeMs += minuteMs
  await sampler.write()
  count(meter, 'received', 'stripe', 4)
  clock.timeMs += minuteMs
  await sampler.write()
  clock.timeMs += minuteMs
  await sampler.write()
  expect(await samples(minuteMs, 'received')).toEqual([
    { at: 0, count: 3, max: 0 },
    { at: minuteMs, count: 4, max: 0 },
  ])
  expect(await samples(hourMs, 'received')).toEqual([{ at: 0, count: 7, max: 0 }])
})

test('written twice within a minute, nothing is counted twice', async () => {
  const { meter, sampler, samples } = await startForTest()
  count(meter, 'received', 'stripe', 3)
  await sampler.write()
  count(meter, 'received', 'stripe')
  await sampler.write()
  expect(await samples(minuteMs, 'received')).toEqual([{ at: 0, count: 4, max: 0 }])
  expect(await samples(hourMs, 'received')).toEqual([{ at: 0, count: 4, max: 0 }])
})

test('the greatest value of a minute is in its hour, and not in the next minute', async () => {
  const { clock, meter, sampler, samples } = await startForTest()
  observe(meter, 'ack_ms', 'stripe', 90)
  clock.timeMs += minuteMs
  await sampler.write()
  observe(meter, 'ack_ms', 'stripe', 5)
  clock.timeMs += minuteMs
  await sampler.write()
  expect((await samples(minuteMs, 'ack_ms')).map(({ max }) => max)).toEqual([90, 5])
  expect((await samples(hourMs, 'ack_ms')).map(({ max }) => max)).toEqual([90])
})

test('gauges are looked at when it is written', async () => {
  const look: SamplerOptions['look'] = (meter) => observe(meter, 'streams', '', 12)
  const { sampler, samples } = await startForTest({ look })
  await sampler.write()
  expect(await samples(minuteMs, 'streams')).toEqual([{ at: 0, count: 1, max: 12 }])
})

test('a process that begins anew adds to what the one before has written', async () => {
  const { meter, sampler, start, samples } = await startForTest()
  count(meter, 'received', 'stripe')
  await sampler.write()
  const again = start()
  await again.stop()
  expect(await samples(hourMs, 'received')).toEqual([
    { at: 0, count: 1, max: 0 },
    { at: 0, count: 1, max: 0 },
  ])
})

test('minutes are kept for a day, hours for a month', async () => {
  const { clock, meter, sampler, samples } = await startForTest()
  count(meter, 'received', 'stripe')
  await sampler.write()
  clock.timeMs += dayMs - minuteMs
  await sampler.write()
  expect(await samples(minuteMs, 'received')).toHaveLength(1)
  clock.timeMs += 2 * hourMs
  await sampler.write()
  expect(await samples(minuteMs, 'received')).toEqual([])
  expect(await samples(hourMs, 'received')).toHaveLength(1)
  clock.timeMs += 31 * dayMs
  await sampler.write()
  expect(await samples(hourMs, 'received')).toEqual([])
})

test('a database that does not answer is told to the log, and counting goes on', async () => {
  const lines: string[] = []
  const log = { ...silentLog, warn: (message: string) => lines.push(message) }
  const { storage, sampler } = await startForTest({ log })
  await storage.close()
  await sampler.write()
  expect(lines).toEqual(['could not keep samples'])
})
