import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RunningSandbox, startSandbox, transports } from '../testing/start-sandbox.ts'

let running: RunningSandbox
let stripe: Stripe

const price = { amount: 999, currency: 'usd' }

async function emitted(): Promise<string[]> {
  const { data } = await stripe.events.list({ limit: 100 })
  return data.map(({ type }) => type).reverse()
}

function failure(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  return call.then(
    () => {
      throw new Error('The call should have failed.')
    },
    (error: Stripe.errors.StripeError) => error,
  )
}

describe.each(transports)('over %s:', (transport) => {
  beforeEach(async () => {
    running = await startSandbox({}, transport)
    stripe = running.stripe
  })
  afterEach(() => running.stop())

  describe('a payment intent', () => {
    test('is created, confirmed and retrieved by the official SDK', async () => {
      const created = await stripe.paymentIntents.create({ ...price, metadata: { userId: 'u_1' } })
      expect(created).toMatchObject({
        object: 'payment_intent',
        amount: 999,
        currency: 'usd',
        livemode: false,
        metadata: { userId: 'u_1' },
        status: 'requires_payment_method',
      })
      expect(created.id).toMatch(/^pi_[A-Za-z0-9]{24}$/)
      expect(created.client_secret).toContain(`${created.id}_secret_`)
      const confirmed = await stripe.paymentIntents.confirm(created.id, {
        payment_method: 'pm_card_visa',
      })
      expect(confirmed).toMatchObject({ id: created.id, status: 'succeeded', amount_received: 999 })
      expect(await stripe.paymentIntents.retrieve(created.id)).toEqual(confirmed)
      expect(await emitted()).toEqual([
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.succeeded',
      ])
    })

    test('is created and confirmed in one call, with its charge and card expanded', async () => {
      const intent = await stripe.paymentIntents.create({
        ...price,
        confirm: true,
        payment_method: 'pm_card_mastercard',
        expand: ['latest_charge', 'payment_method', 'nothing.there'],
      })
      expect(intent.status).toBe('succeeded')
      const charge = intent.latest_charge as Stripe.Charge
      expect(charge).toMatchObject({ amount: 999, paid: true, payment_intent: intent.id })
      expect(intent.payment_method).toMatchObject({ card: { brand: 'mastercard', last4: '4444' } })
      expect(await stripe.charges.retrieve(charge.id)).toEqual(charge)
    })

    test('is listed newest first, page by page, by customer', async () => {
      const customer = (await stripe.customers.create({ name: 'Ann' })).id
      const ids: string[] = []
      for (let i = 0; i < 5; i++) {
        ids.unshift((await stripe.paymentIntents.create({ ...price, customer })).id)
      }
      await stripe.paymentIntents.create(price)
      const page = await stripe.paymentIntents.list({ customer, limit: 2 })
      expect(page).toMatchObject({ object: 'list', url: '/v1/payment_intents', has_more: true })
      expect(page.data.map(({ id }) => id)).toEqual(ids.slice(0, 2))
      const all = await stripe.paymentIntents
        .list({ customer, limit: 2 })
        .autoPagingToArray({ limit: 99 })
      expect(all.map(({ id }) => id)).toEqual(ids)
      const [, , third = '', fourth] = ids
      const back = await stripe.paymentIntents.list({ ending_before: third, limit: 1, customer })
      expect(back.data.map(({ id }) => id)).toEqual(ids.slice(1, 2))
      const next = await stripe.paymentIntents.list({ starting_after: third, limit: 1, customer })
      expect(next.data.map(({ id }) => id)).toEqual([fourth])
    })

    test('is changed: its metadata merged, its description cleared', async () => {
      const metadata = { a: '1', b: '2' }
      const { id } = await stripe.paymentIntents.create({ ...price, metadata, description: 'One' })
      const updated = await stripe.paymentIntents.update(id, {
        amount: 1_500,
        description: '',
        metadata: { a: '', c: '3' },
      })
      expect(updated).toMatchObject({ amount: 1_500, currency: 'usd', description: null })
      expect(updated.metadata).toEqual({ b: '2', c: '3' })
    })

    test('is cancelled, and can not be confirmed afterwards', async () => {
      const { id } = await stripe.paymentIntents.create(price)
      const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' })
      expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' })
      const error = await failure(
        stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' }),
      )
      expect(error).toMatchObject({ code: 'payment_intent_unexpected_state', statusCode: 400 })
      expect(error.payment_intent).toMatchObject({ id, status: 'canceled' })
      expect(await emitted()).toEqual(['payment_intent.created', 'payment_intent.canceled'])
    })

    test('can not be paid twice, cancelled or made dearer once it is paid', async () => {
      const paid = { ...price, confirm: true, payment_method: 'pm_card_visa' }
      const { id } = await stripe.paymentIntents.create(paid)
      for (const call of [
        stripe.paymentIntents.confirm(id),
        stripe.paymentIntents.cancel(id),
        stripe.paymentIntents.update(id, { amount: 99_900 }),
        stripe.paymentIntents.capture(id),
      ]) {
        expect(await failure(call)).toMatchObject({ code: 'payment_intent_unexpected_state' })
      }
      expect(await emitted()).toHaveLength(3)
    })

    test('with manual capture is paid when it is captured', async () => {
      const { id, status } = await stripe.paymentIntents.create({
        ...price,
        capture_method: 'manual',
        confirm: true,
        payment_method: 'pm_card_visa',
      })
      expect(status).toBe('requires_capture')
      const captured = await stripe.paymentIntents.capture(id, { amount_to_capture: 500 })
      expect(captured).toMatchObject({ status: 'succeeded', amount_received: 500 })
      expect(await emitted()).toEqual([
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.amount_capturable_updated',
        'charge.captured',
        'payment_intent.succeeded',
      ])
    })

    test('that does not exist is a 404', async () => {
      const error = await failure(stripe.paymentIntents.retrieve('pi_none'))
      expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError)
      expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing', param: 'intent' })
    })
  })

  describe('a declined card', () => {
    test.each([
      ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
      ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
      ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
      ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', ''],
    ])('%s is a card error with the code %s', async (payment_method, code, decline_code) => {
      const error = await failure(
        stripe.paymentIntents.create({ ...price, confirm: true, payment_method }),
      )
      expect(error).toBeInstanceOf(Stripe.errors.StripeCardError)
      expect(error).toMatchObject({ statusCode: 402, code, decline_code })
      const intent = error.payment_intent as Stripe.PaymentIntent
      expect(await stripe.paymentIntents.retrieve(intent.id)).toEqual(intent)
      expect(intent).toMatchObject({
        status: 'requires_payment_method',
        amount_received: 0,
        last_payment_error: { code, charge: intent.latest_charge },
      })
      expect(await emitted()).toEqual([
        'payment_intent.created',
        'charge.failed',
        'payment_intent.payment_failed',
      ])
    })

    test('can be followed by one that works', async () => {
      const { id } = await stripe.paymentIntents.create(price)
      await failure(stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_chargeDeclined' }))
      const paid = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' })
      expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null })
    })

    test('that Stripe does not have is refused before anything happens', async () => {
      const confirm = { ...price, confirm: true, payment_method: 'pm_card_unicorn' }
      const error = await failure(stripe.paymentIntents.create(confirm))
      expect(error).toMatchObject({ code: 'resource_missing', param: 'payment_method' })
      expect(await emitted()).toEqual([])
    })
  })

  describe('a refund', () => {
    test('gives back a part, then the rest, and no more than that', async () => {
      const paid = { ...price, confirm: true, payment_method: 'pm_card_visa' }
      const { id: payment_intent, latest_charge } = await stripe.paymentIntents.create(paid)
      const part = await stripe.refunds.create({ payment_intent, amount: 400 })
      expect(part).toMatchObject({ object: 'refund', amount: 400, status: 'succeeded' })
      const rest = await stripe.refunds.create({ payment_intent, reason: 'requested_by_customer' })
      expect(rest.amount).toBe(599)
      const charge = await stripe.charges.retrieve(String(latest_charge))
      expect(charge).toMatchObject({ amount_refunded: 999, refunded: true })
      const error = await failure(stripe.refunds.create({ payment_intent }))
      expect(error.code).toBe('charge_already_refunded')
      const { data } = await stripe.refunds.list({ payment_intent })
      expect(data.map(({ id }) => id)).toEqual([rest.id, part.id])
      expect((await emitted()).slice(3)).toEqual([
        'charge.refunded',
        'refund.created',
        'charge.refunded',
        'refund.created',
      ])
    })
  })
})
