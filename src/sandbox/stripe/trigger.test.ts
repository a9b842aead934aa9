import { describe, expect, test } from 'vitest'
import { valueAt } from '../../base/json.ts'
import type { Maker } from './maker.ts'
import { apiVersion } from './objects/event.ts'
import { sampleTypes } from './samples.ts'
import { planTrigger, sampleEvent, setValues, triggerSendingsMax } from './trigger.ts'

/** The same numbers each time (a linear congruential generator). */
function makerOf(seed: number): Maker {
  let state = seed
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  return { clock: { now: () => 1_700_000_000_000 }, random }
}

const maker = makerOf(1)

describe('a sample event', () => {
  test.each(sampleTypes)('of %s has an object of its kind', (type) => {
    const event = sampleEvent(maker, type)
    const { object } = event.data
    expect(event).toMatchObject({ object: 'event', type, api_version: apiVersion, livemode: false })
    expect(valueAt(object, 'id')).toMatch(/^(pi|ch|re|pm|cs_test|cus|sub|in)_/)
    expect(type.replaceAll('.', '_')).toContain(
      String(valueAt(object, 'object')).replaceAll('.', '_'),
    )
  })

  test('is what the API would have left', () => {
    const statusOf = (type: string) => valueAt(sampleEvent(maker, type).data.object, 'status')
    expect(statusOf('payment_intent.created')).toBe('requires_payment_method')
    expect(statusOf('payment_intent.succeeded')).toBe('succeeded')
    expect(statusOf('payment_intent.payment_failed')).toBe('requires_payment_method')
    expect(statusOf('payment_intent.canceled')).toBe('canceled')
    expect(statusOf('checkout.session.completed')).toBe('complete')
    expect(statusOf('customer.subscription.deleted')).toBe('canceled')
    expect(statusOf('invoice.paid')).toBe('paid')
  })

  test('of a type that nobody knows is sent all the same', () => {
    const event = sampleEvent(maker, 'unicorn.horn.polished')
    expect(event.type).toBe('unicorn.horn.polished')
    expect(event.data.object).toMatchObject({ object: 'unicorn.horn', metadata: {} })
    expect(sampleEvent(maker, 'constructor').data.object).toMatchObject({ livemode: false })
  })
})

describe('values that are set', () => {
  const event = sampleEvent(maker, 'payment_intent.succeeded')

  test('go into the object, or into the event where the path begins with one of its fields', () => {
    const changed = setValues(event, {
      'metadata.userId': 'u_2',
      'data.object.amount': 5,
      created: 1,
      'shipping.address.city': 'Oslo',
    })
    expect(changed.created).toBe(1)
    expect(changed.data.object).toMatchObject({
      amount: 5,
      metadata: { userId: 'u_2' },
      shipping: { address: { city: 'Oslo' } },
    })
    expect(valueAt(event.data.object, 'amount')).toBe(999)
    expect(valueAt(event.data.object, 'metadata')).toEqual({ userId: 'u_1' })
  })

  test('take the kind of what they replace', () => {
    const changed = setValues(event, {
      livemode: 'true',
      amount: '1500',
      'metadata.count': '7',
      'metadata.isNew': true,
      'metadata.userId': 7,
      description: '42',
      currency: 'eur',
      status: 5,
    })
    expect(changed.livemode).toBe(true)
    expect(changed.data.object).toMatchObject({
      amount: 1_500,
      currency: 'eur',
      description: '42',
      metadata: { count: '7', isNew: 'true', userId: '7' },
      status: '5',
    })
  })

  test.each(['__proto__.isAdmin', 'metadata.__proto__', 'data.object.__proto__.x', '', 'a..b'])(
    'are refused at %s',
    (path) => {
      expect(() => setValues(event, { [path]: true })).toThrow('is not a path in an event')
      expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined()
    },
  )

  test('go to names such as constructor without harm', () => {
    const changed = setValues(event, { 'constructor.prototype.isAdmin': true })
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined()
    expect(valueAt(changed.data.object, 'constructor')).toEqual({ prototype: { isAdmin: true } })
  })
})

describe('a plan', () => {
  const type = 'customer.created'

  test('has as many different events as asked for, and each as often as asked for', () => {
    const plan = planTrigger(makerOf(2), { type, times: 3, duplicate: 2 })
    expect(plan).toHaveLength(9)
    expect(new Set(plan.map(({ id }) => id)).size).toBe(3)
    expect(new Set(plan.map(({ data }) => valueAt(data.object, 'id'))).size).toBe(3)
  })

  test('is in order, or shuffled by chance alone', () => {
    const ids = (shuffle: boolean, seed: number) =>
      planTrigger(makerOf(seed), { type, times: 20, shuffle }).map(({ id }) => id)
    expect(ids(true, 3)).not.toEqual(ids(false, 3))
    expect([...ids(true, 3)].sort()).toEqual([...ids(false, 3)].sort())
    expect(ids(true, 3)).toEqual(ids(true, 3))
  })

  test('has a limit', () => {
    expect(() => planTrigger(maker, { type, times: triggerSendingsMax, duplicate: 1 })).toThrow(
      'Trigger fewer at once',
    )
  })
})
