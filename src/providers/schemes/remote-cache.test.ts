import { describe, expect, test } from 'vitest'
import { findRemote, type Loaded, remoteCache, type Wanted } from './remote-cache.ts'

const now = 1_700_000_000
const limits = { entriesMax: 3, secondsMax: 3_600, failuresPerMinuteMax: 5 }
const network = (): typeof fetch => async () => new Response('')

/** A source that counts its questions and answers with the number of the question. */
function counted(answer: (count: number) => Loaded<number> = (value) => ({ value })) {
  const counter = { count: 0 }
  const wanted = (key: string, isEnough?: Wanted<number>['isEnough']): Wanted<number> => ({
    key,
    load: async () => answer(++counter.count),
    ...(isEnough && { isEnough }),
  })
  return { counter, wanted }
}

const unknown = { refused: 'claim_mismatch' } as const

describe('what was loaded', () => {
  test('is kept for its time, and no longer', async () => {
    const [cache, fetch, { wanted }] = [remoteCache<number>(limits), network(), counted()]
    const at = (seconds: number) =>
      findRemote(cache, { fetch, now: now + seconds, secrets: [] }, wanted('a'))
    expect(await at(0)).toEqual({ value: 1 })
    expect(await at(3_599)).toEqual({ value: 1 })
    expect(await at(-3_599)).toEqual({ value: 1 })
    expect(await at(3_600)).toEqual({ value: 2 })
  })

  test('is kept for less where the answer says so', async () => {
    const cache = remoteCache<number>(limits)
    const { wanted } = counted((value) => ({ value, secondsMax: 10 }))
    const fetch = network()
    const at = (seconds: number) =>
      findRemote(cache, { fetch, now: now + seconds, secrets: [] }, wanted('a'))
    expect(await at(0)).toMatchObject({ value: 1 })
    expect(await at(9)).toMatchObject({ value: 1 })
    expect(await at(10)).toMatchObject({ value: 2 })
  })

  test('by one network is never believed for another', async () => {
    const [cache, { wanted, counter }] = [remoteCache<number>(limits), counted()]
    for (const fetch of [network(), network()]) {
      await findRemote(cache, { fetch, now, secrets: [] }, wanted('a'))
      await findRemote(cache, { fetch, now, secrets: [] }, wanted('a'))
    }
    expect(counter.count).toBe(2)
  })

  test('makes room for what is loaded later', async () => {
    const [cache, fetch, { wanted, counter }] = [remoteCache<number>(limits), network(), counted()]
    const find = (key: string) => findRemote(cache, { fetch, now, secrets: [] }, wanted(key))
    for (const key of ['a', 'b', 'c', 'd']) await find(key)
    await find('d')
    expect(counter.count).toBe(4)
    expect(await find('a')).toEqual({ value: 5 })
    expect(cache.states.get(fetch)?.entries.size).toBe(3)
  })

  test('is loaded anew where it is not enough, but once a minute at most', async () => {
    const [cache, fetch, { wanted }] = [remoteCache<number>(limits), network(), counted()]
    const at = (seconds: number) =>
      findRemote(
        cache,
        { fetch, now: now + seconds, secrets: [] },
        wanted('a', (value) => value > 8),
      )
    expect(await at(0)).toEqual({ value: 1 })
    expect(await at(59)).toEqual({ value: 1 })
    expect(await at(60)).toEqual({ value: 2 })
    expect(await at(61)).toEqual({ value: 2 })
  })
})

describe('what was refused', () => {
  test('is not kept', async () => {
    const cache = remoteCache<number>(limits)
    const { wanted } = counted((count) => (count === 1 ? unknown : { value: count }))
    const context = { fetch: network(), now, secrets: [] }
    expect(await findRemote(cache, context, wanted('a'))).toEqual(unknown)
    expect(await findRemote(cache, context, wanted('a'))).toEqual({ value: 2 })
  })

  test('is asked for no more once the limit of the minute is reached', async () => {
    const cache = remoteCache<number>(limits)
    const { wanted, counter } = counted(() => unknown)
    const fetch = network()
    const at = (seconds: number, key: string) =>
      findRemote(cache, { fetch, now: now + seconds, secrets: [] }, wanted(key))
    for (let index = 0; index < 20; index++) await at(0, `kid-${index}`)
    expect(counter.count).toBe(5)
    expect(await at(59, 'kid')).toEqual({ refused: 'certificate_unavailable' })
    expect(await at(60, 'kid')).toEqual(unknown)
    expect(counter.count).toBe(6)
  })

  test('with an exception leaves nothing behind', async () => {
    const [cache, fetch] = [remoteCache<number>(limits), network()]
    const load = async () => {
      throw new Error('a fault')
    }
    const context = { fetch, now, secrets: [] }
    await expect(findRemote(cache, context, { key: 'a', load })).rejects.toThrow('a fault')
    expect(cache.states.get(fetch)?.loading.size).toBe(0)
  })
})

describe('many requests at once', () => {
  test('that want the same cause one question', async () => {
    const [cache, { wanted, counter }] = [remoteCache<number>(limits), counted()]
    const context = { fetch: network(), now, secrets: [] }
    const all = Array.from({ length: 50 }, () => findRemote(cache, context, wanted('a')))
    expect(new Set((await Promise.all(all)).map((one) => JSON.stringify(one))).size).toBe(1)
    expect(counter.count).toBe(1)
  })

  test('that want different things cause eight questions at a time', async () => {
    const [cache, { wanted, counter }] = [remoteCache<number>(limits), counted()]
    const context = { fetch: network(), now, secrets: [] }
    const all = Array.from({ length: 50 }, (_, key) => findRemote(cache, context, wanted(`${key}`)))
    const refused = (await Promise.all(all)).filter((one) => 'refused' in one)
    expect([counter.count, refused.length]).toEqual([8, 42])
  })
})

test('without a fetch nothing is asked', async () => {
  const { wanted, counter } = counted()
  const found = await findRemote(remoteCache<number>(limits), { now, secrets: [] }, wanted('a'))
  expect(found).toEqual({ refused: 'certificate_unavailable' })
  expect(counter.count).toBe(0)
})
