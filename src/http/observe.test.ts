import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keepingLines } from '../base/log-lines.ts'
import { count } from '../base/meter.ts'
import { connect } from '../client/index.ts'
import { startObserving } from './observe.ts'
import { adminKey, startServed, type TestServed } from './testing/served.ts'
import { openSocket, type Way } from './testing/ways.ts'

const waitMsMax = 10_000

describe('what is observed', () => {
  let served: TestServed
  let way: Way
  let stop: () => Promise<void>
  let ending: AbortController
  beforeEach(async () => {
    served = await startServed()
    way = await openSocket(served)
    stop = startObserving(served)
    ending = new AbortController()
  })
  afterEach(async () => {
    ending.abort()
    await stop()
    served.hub.stop()
    await way.close()
    await served.close()
  })

  /** The first data at this path that satisfies. */
  async function hear(path: string, isWanted: (data: never) => boolean): Promise<unknown> {
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(waitMsMax)])
    for await (const { data } of connect(way.base, { token: adminKey }).changes(path, { signal })) {
      if (isWanted(data as never)) return data
    }
    throw new Error(`Nothing was heard at ${path}.`)
  }

  async function untilWatched(): Promise<void> {
    const endsAt = performance.now() + waitMsMax
    while (served.hub.subscribers.size === 0 && performance.now() < endsAt) await wait(10)
  }

  test('is told once a second to those who watch, as what happened since', async () => {
    const hearing = hear('hookline/metrics', ({ received }: { received: number }) => received > 0)
    await untilWatched()
    const counting = setInterval(() => count(served.inbox.meter, 'received', 'stripe', 2), 50)
    const heard = await hearing.finally(() => clearInterval(counting))
    expect(heard).toMatchObject({
      received: expect.any(Number),
      liveClients: 1,
      ackMsP50: null,
      perSource: { stripe: { received: expect.any(Number) } },
    })
  })

  test('new lines of the log are told to those who watch them, and to nobody else', async () => {
    const log = keepingLines(served.logs, served.log)
    log.warn('before anybody looked')
    const hearing = hear('hookline/logs', ({ lines }: { lines: unknown[] }) => lines.length > 0)
    await untilWatched()
    log.error('it broke', { event: 'evt_1' })
    expect(await hearing).toMatchObject({
      lines: [{ level: 'error', message: 'it broke', fields: { event: 'evt_1' } }],
      omitted: 0,
    })
  })

  test('what was counted last is kept when it stops', async () => {
    count(served.inbox.meter, 'received', 'stripe', 5)
    await stop()
    const span = { since: 0, until: Number.MAX_SAFE_INTEGER, limit: 10 }
    const kept = await served.storage.samples({ stepMs: 60_000, metric: 'received', ...span })
    expect(kept.map(({ count }) => count)).toEqual([5])
    const gauges = await served.storage.samples({ stepMs: 60_000, metric: 'queue_depth', ...span })
    expect(gauges).toHaveLength(1)
  })
})
