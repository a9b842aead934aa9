/**
 * Compiled by `tsc` with all sources: a type that is lost is an error of the check, not of the run.
 */
import { describe, expect, expectTypeOf, test } from 'vitest'
import { type github, type standardwebhooks, stripe } from './index.ts'
import type { EventName, EventPayload } from './provider.ts'

type Stripe = ReturnType<typeof stripe>
type Github = ReturnType<typeof github>
type Standard = ReturnType<typeof standardwebhooks>

describe('the payload of a handler', () => {
  test("a Stripe event has the types of Stripe's own package", () => {
    expectTypeOf<
      EventPayload<Stripe, 'payment_intent.succeeded'>['data']['object']['amount']
    >().toEqualTypeOf<number>()
    expectTypeOf<
      EventPayload<Stripe, 'payment_intent.succeeded'>['data']['object']['metadata']
    >().toEqualTypeOf<{ [name: string]: string }>()
    expectTypeOf<EventPayload<Stripe, 'invoice.paid'>['type']>().toEqualTypeOf<'invoice.paid'>()
    // @ts-expect-error A type that is not checked would allow this.
    type Absent = EventPayload<Stripe, 'invoice.paid'>['data']['object']['no_such_field']
    expectTypeOf<Absent>().not.toBeNever()
  })

  test('a type that the package does not know is any event of the provider', () => {
    expectTypeOf<EventPayload<Stripe, 'from.next.year'>>().toEqualTypeOf<
      EventPayload<Stripe, '*'>
    >()
    expectTypeOf<EventPayload<Stripe, '*'>['id']>().toEqualTypeOf<string>()
  })

  test('a GitHub event is the union of its actions', () => {
    expectTypeOf<EventPayload<Github, 'issues'>['issue']['title']>().toEqualTypeOf<string>()
    expectTypeOf<'opened'>().toExtend<EventPayload<Github, 'issues'>['action']>()
    // Not an action of `pull_request`, although the names begin alike.
    expectTypeOf<'submitted'>().not.toExtend<EventPayload<Github, 'pull_request'>['action']>()
    expectTypeOf<EventPayload<Github, 'push'>['ref']>().toEqualTypeOf<string>()
  })

  test('a provider without types of its own has its envelope', () => {
    expectTypeOf<EventPayload<Standard, 'invoice.paid'>['type']>().toEqualTypeOf<string>()
  })
})

describe('the name of an event', () => {
  test('known names are there to complete, and any other text is accepted', () => {
    expectTypeOf<'invoice.paid'>().toExtend<EventName<Stripe>>()
    expectTypeOf<'*'>().toExtend<EventName<Standard>>()
    expectTypeOf<string>().toExtend<EventName<Github>>()
    expectTypeOf<number>().not.toExtend<EventName<Github>>()
  })
})

test('a source carries its provider and its options, and nothing at run time for the types', () => {
  const source = stripe({ mode: 'live', secrets: ['whsec_a', 'whsec_b'] })
  expect(source.provider.name).toBe('stripe')
  expect(source.options).toEqual({ mode: 'live', secrets: ['whsec_a', 'whsec_b'] })
  // `api` is there where the company has one that the app may call.
  expect(Object.keys(source)).toEqual(['provider', 'api', 'options'])
  expect(source.provider).toBe(stripe)
})
