/**
 * What an app's handlers are given, by the types of the package itself. Compiled by `tsc`, with
 * all sources.
 */
import { custom, github, hookline, type JsonObject, standardwebhooks, stripe } from 'hookline'
import { describe, expect, expectTypeOf, test } from 'vitest'

const app = hookline({
  sources: {
    stripe: stripe(),
    // The types follow the provider, not the name.
    code: github(),
    other: standardwebhooks(),
    acme: custom<{ 'order.paid': { order: string }; '*': JsonObject }>({
      name: 'acme',
      token: { header: 'X-Acme-Token' },
    }),
  },
})

describe('a handler knows its payload', () => {
  test("of Stripe, by Stripe's own types", () => {
    app.on('stripe', 'invoice.paid', (event, tx) => {
      expectTypeOf(event.type).toEqualTypeOf<'invoice.paid'>()
      expectTypeOf(event.data.object.amount_paid).toEqualTypeOf<number>()
      expectTypeOf(tx.attempt).toEqualTypeOf<number>()
      // @ts-expect-error An invoice has no such field.
      return event.data.object.no_such_field
    })
    app.on('stripe', 'customer.subscription.deleted', (event) => {
      expectTypeOf(event.data.object.cancel_at_period_end).toEqualTypeOf<boolean>()
    })
    app.on('stripe', '*', (event) => {
      expectTypeOf(event.id).toEqualTypeOf<string>()
      if (event.type === 'payment_intent.succeeded') {
        expectTypeOf(event.data.object.amount).toEqualTypeOf<number>()
      }
    })
  })

  test('of GitHub, as the union of the actions of its type', () => {
    app.on('code', 'issues', (event) => {
      expectTypeOf(event.issue.title).toEqualTypeOf<string>()
      expectTypeOf<'opened'>().toExtend<typeof event.action>()
      // @ts-expect-error Issues have no such action.
      return event.action === 'no_such_action'
    })
    app.on('code', 'push', (event) => expectTypeOf(event.ref).toEqualTypeOf<string>())
  })

  test('of a type that is not known, as any event of the provider', () => {
    app.on('stripe', 'from.next.year', (event) => {
      expectTypeOf(event.livemode).toEqualTypeOf<boolean>()
    })
    app.on('other', 'user.created', (event) => {
      expectTypeOf(event.type).toEqualTypeOf<string>()
    })
  })

  test('of a custom sender, as it is declared', () => {
    app.on('acme', 'order.paid', (event) => expectTypeOf(event.order).toEqualTypeOf<string>())
    app.on('acme', 'anything', (event) => expectTypeOf(event).toEqualTypeOf<JsonObject>())
  })

  test('and its key for the order of events as well', () => {
    app.on('stripe', 'invoice.created', () => {}, {
      orderBy: (event) => {
        expectTypeOf(event.data.object.currency).toEqualTypeOf<string>()
        return event.data.object.id
      },
    })
  })
})

test('a source that the app does not have is an error of the check and of the start', () => {
  // @ts-expect-error There is no such source.
  expect(() => app.on('strpe', '*', () => {})).toThrow(
    expect.objectContaining({ code: 'config_invalid' }),
  )
})
