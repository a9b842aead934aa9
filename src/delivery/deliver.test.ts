import { expect, onTestFinished, test } from 'vitest'
import { guarded, type LogFields, silentLog } from '../base/log.ts'
import { newMeter } from '../base/meter.ts'
import { openLine } from './testing/line.ts'

test('a handler that failed is logged with its event, and counted with its time', async () => {
  const lines: LogFields[] = []
  const write = (_: string, fields: LogFields = {}) => void lines.push(fields)
  const meter = newMeter()
  const line = await openLine({ log: guarded({ ...silentLog, warn: write, error: write }), meter })
  onTestFinished(() => line.close())
  const retry = { attempts: 2, delaysMs: [1] }
  const run = () => {
    throw new Error('No such user.')
  }
  line.on('a.b', run, { name: 'grant', retry })
  line.worker.start()
  const id = await line.send('a.b', {})
  const [failed] = await line.waitFor(id, (all) => all.every(({ state }) => state === 'failed'))
  const common = { event: id, source: 'test', delivery: failed?.id, handler: 'test/grant' }
  expect(lines).toEqual([
    { ...common, attempt: 1, error: 'Error: No such user.' },
    { ...common, attempt: 2, error: 'Error: No such user.' },
  ])
  const of = (metric: 'retried' | 'failed' | 'done' | 'handler_ms') =>
    meter.series.get(metric)?.get('test/grant')?.count
  expect([of('retried'), of('failed'), of('done'), of('handler_ms')]).toEqual([1, 1, undefined, 2])
})

test('handlers that want one document at the same time come to it in one attempt', async () => {
  const line = await openLine({ concurrency: 50, random: Math.random })
  onTestFinished(() => line.close())
  line.on('a.b', async (_, tx) => {
    const counted = Number((await tx.doc('counts/all').get())?.n ?? 0)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
    await tx.doc('counts/all').set({ n: counted + 1 })
  })
  const ids = await Promise.all(Array.from({ length: 50 }, () => line.send('a.b', {})))
  line.worker.start()
  for (const id of ids) {
    const [done] = await line.waitFor(id, (all) => all.every(({ state }) => state === 'done'))
    expect(done?.attempts).toBe(1)
  }
  expect((await line.storage.document('counts/all'))?.data).toEqual({ n: 50 })
})
