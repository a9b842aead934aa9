import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { allAre, type Line, openLine } from './testing/line.ts'

let line: Line
const retry = { delaysMs: [1] }

beforeEach(async () => {
  line = await openLine({ leaseMs: 1_000, pollMs: 50 })
})
afterEach(() => line.close())

test('what a handler asks of tx is committed once it resolves', async () => {
  line.on('paid', async (event: { user: string }, tx) => {
    tx.doc(`users/${event.user}`).update({ unlocked: true })
    tx.doc('totals/all').set({ count: 1 })
  })
  line.worker.start()
  const id = await line.send('paid', { user: 'u_1' })
  await line.waitFor(id, allAre('done'))
  expect((await line.storage.document('users/u_1'))?.data).toEqual({ unlocked: true })
  expect((await line.storage.document('totals/all'))?.data).toEqual({ count: 1 })
})

test('nothing of a handler that throws is applied, and it is tried again', async () => {
  const attempts: number[] = []
  line.on(
    'paid',
    (_, tx) => {
      attempts.push(tx.attempt)
      tx.doc('effects/half').set({ attempt: tx.attempt })
      if (tx.attempt < 3) throw new Error('not yet')
    },
    { retry },
  )
  line.worker.start()
  const id = await line.send('paid', {})
  const [delivery] = await line.waitFor(id, allAre('done'))
  expect(attempts).toEqual([1, 2, 3])
  const document = await line.storage.document('effects/half')
  expect(document).toMatchObject({ data: { attempt: 3 }, version: 1 })
  const attempted = (await line.storage.delivery(delivery?.id ?? ''))?.attempted ?? []
  expect(attempted.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'done'])
  expect(attempted[0]?.error).toContain('not yet')
})

test('a delivery fails when its attempts are used up, and a retry revives it', async () => {
  let isBroken = true
  line.on(
    'paid',
    () => {
      if (isBroken) throw new Error('broken')
    },
    { retry: { attempts: 2, delaysMs: [1] } },
  )
  line.worker.start()
  const id = await line.send('paid', {})
  const [failed] = await line.waitFor(id, allAre('failed'))
  expect(failed?.attempts).toBe(2)
  isBroken = false
  await line.storage.requeueDelivery(failed?.id ?? '')
  await line.waitFor(id, allAre('done'))
})

test.each([
  ['a text', () => Promise.reject('plain text')],
  ['undefined', () => Promise.reject(undefined)],
  [
    'an object with a hostile toString',
    () =>
      Promise.reject({
        toString: () => {
          throw new Error()
        },
      }),
  ],
  [
    'null, not in a promise',
    () => {
      throw null
    },
  ],
])('a handler may throw %s: it counts as a failure and others go on', async (_, run) => {
  line.on('odd', run, { retry: { attempts: 1 } })
  line.on('fine', () => 'an answer nobody asked for')
  line.worker.start()
  const odd = await line.send('odd', {})
  const fine = await line.send('fine', {})
  const [failed] = await line.waitFor(odd, allAre('failed'))
  expect(failed?.lastError).toEqual(expect.any(String))
  await line.waitFor(fine, allAre('done'))
})

test('a handler that never ends is given up at its time limit and its slot is free', async () => {
  let signal: AbortSignal | undefined
  line.on(
    'hang',
    (_, tx) => {
      signal = tx.signal
      return new Promise(() => {})
    },
    { timeoutMs: 30, retry: { attempts: 1 } },
  )
  line.worker.start()
  const id = await line.send('hang', {})
  const [failed] = await line.waitFor(id, allAre('failed'))
  expect(signal?.aborted).toBe(true)
  expect(failed?.lastError).toContain('did not end within 30 ms')
  const attempted = (await line.storage.delivery(failed?.id ?? ''))?.attempted
  expect(attempted?.map(({ outcome }) => outcome)).toEqual(['timed_out'])
})

test('a tx that is used after its time limit takes nothing more', async () => {
  const late = Promise.withResolvers<unknown>()
  line.on(
    'late',
    async (_, tx) => {
      await new Promise((resolve) => tx.signal.addEventListener('abort', resolve))
      await new Promise((resolve) => setTimeout(resolve, 20))
      try {
        tx.doc('late/write').set({ is: 'wrong' })
        late.resolve(undefined)
      } catch (error) {
        late.resolve(error)
      }
    },
    { timeoutMs: 10, retry: { attempts: 1 } },
  )
  line.worker.start()
  await line.send('late', {})
  expect(await late.promise).toMatchObject({ code: 'transaction_ended' })
  expect(await line.storage.document('late/write')).toBeUndefined()
})

test('events of one order key run one at a time in stored order', async () => {
  const seen: string[] = []
  const running = new Map<string, number>()
  let most = 0
  line.on(
    'step',
    async (event: { key: string; n: number }) => {
      running.set(event.key, (running.get(event.key) ?? 0) + 1)
      most = Math.max(most, running.get(event.key) ?? 0)
      await new Promise((resolve) => setTimeout(resolve, (5 - event.n) * 4))
      seen.push(`${event.key}${event.n}`)
      running.set(event.key, 0)
    },
    { orderBy: (event: { key: string }) => event.key },
  )
  const ids: string[] = []
  for (let n = 0; n < 5; n++) {
    for (const key of ['a', 'b']) ids.push(await line.send('step', { key, n }))
  }
  line.worker.start()
  for (const id of ids) await line.waitFor(id, allAre('done'))
  expect(most).toBe(1)
  expect(seen.filter((one) => one.startsWith('a'))).toEqual(['a0', 'a1', 'a2', 'a3', 'a4'])
  expect(seen.filter((one) => one.startsWith('b'))).toEqual(['b0', 'b1', 'b2', 'b3', 'b4'])
})

test('deliveries that end in one commit are followed by one claim for all slots', async () => {
  const claim = vi.spyOn(line.storage, 'claimDeliveries')
  line.on('paid', (_, tx) => tx.doc('totals/all').set({ count: 1 }))
  const ids = await Promise.all(Array.from({ length: 96 }, () => line.send('paid', {})))
  line.worker.start()
  for (const id of ids) await line.waitFor(id, allAre('done'))
  const claimed = await Promise.all(claim.mock.results.map(({ value }) => value))
  expect(claimed.map(({ length }) => length).filter((n) => n > 0)).toEqual([32, 32, 32])
})

test('a parked delivery runs again when the document it waits for appears', async () => {
  line.on('need', async (_, tx) => {
    const user = await tx.doc('users/late').get()
    tx.doc('marks/tried').set({ attempt: tx.attempt })
    if (!user) tx.park('users/late')
  })
  line.on('user', (_, tx) => tx.doc('users/late').set({ name: 'Late' }))
  line.worker.start()
  const id = await line.send('need', {})
  const [parked] = await line.waitFor(id, allAre('parked'))
  expect(parked?.parkedOn).toBe('users/late')
  expect(await line.storage.document('marks/tried')).toBeUndefined()
  await line.send('user', {})
  await line.waitFor(id, allAre('done'))
  expect((await line.storage.document('marks/tried'))?.data).toEqual({ attempt: 2 })
})

test('two handlers that read and write one document both count', async () => {
  line.on('count', async (_, tx) => {
    const counter = await tx.doc('counters/c').get()
    await new Promise((resolve) => setTimeout(resolve, 2))
    tx.doc('counters/c').set({ n: Number(counter?.n ?? 0) + 1 })
  })
  line.worker.start()
  const ids = await Promise.all([0, 1, 2].map(() => line.send('count', {})))
  for (const id of ids) await line.waitFor(id, allAre('done'))
  expect((await line.storage.document('counters/c'))?.data).toEqual({ n: 3 })
})

test('a statement that the database refuses leaves nothing of the attempt', async () => {
  line.on(
    'sql',
    (_, tx) => {
      tx.doc('before/sql').set({ is: 'undone' })
      tx.sql`insert into no_such_table values (${1})`
    },
    { retry: { attempts: 1 } },
  )
  line.worker.start()
  const id = await line.send('sql', {})
  const [failed] = await line.waitFor(id, allAre('failed'))
  expect(failed?.lastError).toContain('no such table')
  expect(await line.storage.document('before/sql')).toBeUndefined()
})

test('a worker that stops waits for its handlers and hands back what does not end', async () => {
  const begun = Promise.withResolvers<void>()
  line.on('slow', () => {
    begun.resolve()
    return new Promise(() => {})
  })
  line.on('quick', () => new Promise((resolve) => setTimeout(resolve, 20)))
  line.worker.start()
  const slow = await line.send('slow', {})
  await begun.promise
  const quick = await line.send('quick', {})
  await line.waitFor(quick, (deliveries) => deliveries[0]?.state !== 'ready')
  await line.worker.stop(100)
  const [released] = (await line.storage.deliveries({ eventId: slow }, { limit: 1 })).data
  expect(released).toMatchObject({ state: 'ready', attempts: 1 })
  expect((await line.storage.deliveries({ eventId: quick }, { limit: 1 })).data[0]?.state).toBe(
    'done',
  )
})

test('each wanted handler gets its own delivery, named by type and index', async () => {
  line.on('paid', () => {})
  line.on('paid', () => {})
  line.on('*', () => {}, { name: 'audit' })
  line.on('other', () => {})
  line.worker.start()
  const id = await line.send('paid', {})
  const done = await line.waitFor(id, allAre('done'))
  expect(done.map(({ target }) => target).sort()).toEqual([
    'test/audit',
    'test/paid-0',
    'test/paid-1',
  ])
})

test('a name used twice and an unknown source are refused when they are registered', () => {
  line.on('paid', () => {}, { name: 'unlock' })
  expect(() => line.on('other', () => {}, { name: 'unlock' })).toThrow(
    /has a handler named 'unlock'/,
  )
})

test.each([
  ['ahead of', 3_600_000],
  ['behind', -3_600_000],
])(
  'a clock %s the database neither moves a retry nor asks for work in a loop',
  async (_, skewMs) => {
    const skewed = await openLine({ pollMs: 5_000, clock: { now: () => Date.now() + skewMs } })
    onTestFinished(() => skewed.close())
    const claims = vi.spyOn(skewed.storage, 'claimDeliveries')
    skewed.on(
      'paid',
      (_, tx) => {
        if (tx.attempt === 1) throw new Error('not yet')
      },
      { retry: { delaysMs: [400] } },
    )
    skewed.worker.start()
    const id = await skewed.send('paid', {})
    const [delivery] = await skewed.waitFor(id, allAre('done'))
    const attempted = (await skewed.storage.delivery(delivery?.id ?? ''))?.attempted ?? []
    const waitedMs = (attempted[1]?.startedAt ?? 0) - (attempted[0]?.endedAt ?? 0)
    // The skews are minutes; what the timers of a busy machine add or cut is far less.
    expect(waitedMs).toBeGreaterThanOrEqual(300)
    expect(waitedMs).toBeLessThan(5_000)
    expect(claims.mock.calls.length).toBeLessThan(20)
  },
)
