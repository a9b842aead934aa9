import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../base/clock.ts'
import { type RunningSandbox, startSandbox } from '../../testing/start-sandbox.ts'

const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`

let nowMs: number
let running: RunningSandbox
beforeEach(async () => {
  nowMs = systemClock.now()
  running = await startSandbox({ clock: { now: () => nowMs } })
})
afterEach(() => running.stop())

function params(
  changes: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    success_url: 'http://127.0.0.1:9/thanks?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://127.0.0.1:9/cart',
    line_items: [
      {
        quantity: 2,
        price_data: { currency: 'usd', unit_amount: 400, product_data: { name: 'Sticker' } },
      },
      {
        quantity: 1,
        price_data: { currency: 'usd', unit_amount: 199, product_data: { name: 'Postage' } },
      },
    ],
    metadata: { order: 'o_1' },
    payment_intent_data: { metadata: { userId: 'u_1' } },
    ...changes,
  }
}

function create(changes: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  return running.stripe.checkout.sessions.create(params(changes))
}

async function pageOf({ url }: Stripe.Checkout.Session): Promise<string> {
  return (await fetch(url ?? '')).text()
}

function press(session: Stripe.Checkout.Session, fields: Record<string, string> = {}) {
  const body = new URLSearchParams(fields)
  return fetch(session.url ?? '', { method: 'POST', body, redirect: 'manual' })
}

describe('a checkout session', () => {
  test('is created, retrieved and listed by the official SDK', async () => {
    const session = await create({ customer_email: 'ann@example.com' })
    expect(session).toMatchObject({
      object: 'checkout.session',
      amount_total: 999,
      currency: 'usd',
      livemode: false,
      metadata: { order: 'o_1' },
      payment_intent: null,
      payment_status: 'unpaid',
      status: 'open',
    })
    expect(session.id).toMatch(/^cs_test_[A-Za-z0-9]{58}$/)
    expect(session.url).toBe(`${running.url}/c/pay/${session.id}`)
    const { sessions } = running.stripe.checkout
    expect(await sessions.retrieve(session.id)).toEqual(session)
    expect((await sessions.list({ status: 'open' })).data).toEqual([session])
    expect((await sessions.list({ status: 'complete' })).data).toEqual([])
    const { data } = await sessions.listLineItems(session.id)
    expect(data.map((item) => [item.description, item.quantity, item.amount_total])).toEqual([
      ['Sticker', 2, 800],
      ['Postage', 1, 199],
    ])
    const expanded = await sessions.retrieve(session.id, { expand: ['line_items'] })
    expect(expanded.line_items?.data).toEqual(data)
  })

  test.each([
    ['success_url', { success_url: 'javascript:alert(1)' }, 'url_invalid'],
    ['cancel_url', { cancel_url: 'data:text/html,x' }, 'url_invalid'],
    ['line_items', { line_items: [] }, 'parameter_missing'],
    ['line_items[0][price]', { line_items: [{ price: 'price_1' }] }, 'sandbox_unsupported'],
    ['ui_mode', { ui_mode: 'elements' as const }, 'sandbox_unsupported'],
    ['expires_at', { expires_at: 1 }, 'parameter_invalid_integer'],
  ])('is refused for its %s', async (param, changes, code) => {
    await expect(create(changes)).rejects.toMatchObject({ param, code, statusCode: 400 })
  })

  test('takes line items in the short form as well', async () => {
    const body = new URLSearchParams({
      success_url: 'http://127.0.0.1:9/thanks',
      'line_items[0][name]': 'Sticker',
      'line_items[0][amount]': '333',
      'line_items[0][currency]': 'EUR',
      'line_items[0][quantity]': '3',
    })
    const headers = { authorization: 'Bearer sk_test_1' }
    const init = { method: 'POST', headers, body }
    const response = await fetch(`${running.url}/v1/checkout/sessions`, init)
    expect(await response.json()).toMatchObject({ amount_total: 999, currency: 'eur' })
  })

  test('expires when it is told to, and can not be paid then', async () => {
    const session = await create()
    const expired = await running.stripe.checkout.sessions.expire(session.id)
    expect(expired).toMatchObject({ status: 'expired', url: null })
    const [event] = await running.eventsOf('checkout.session.expired')
    expect(event?.data.object).toEqual(expired)
    expect((await press(session)).status).toBe(410)
    const again = running.stripe.checkout.sessions.expire(session.id)
    await expect(again).rejects.toMatchObject({ statusCode: 400 })
  })

  test('expires by itself after a day, once', async () => {
    const session = await create()
    nowMs += 86_400_000
    expect((await fetch(session.url ?? '')).status).toBe(410)
    await running.stripe.checkout.sessions.list()
    const { data } = await running.stripe.events.list({ type: 'checkout.session.expired' })
    expect(data).toHaveLength(1)
    expect((await running.stripe.paymentIntents.list()).data).toEqual([])
  })
})

describe('the hosted page', () => {
  test('shows what is bought, the test cards, one button, and that it is a sandbox', async () => {
    const page = await pageOf(await create({ customer_email: 'ann@example.com' }))
    expect(page).toContain('<button type="submit">Pay $9.99</button>')
    expect(page.match(/<button/g)).toHaveLength(1)
    for (const text of [
      '<strong>SANDBOX</strong>, no money moves',
      'Sticker',
      '2 × $4.00',
      '$8.00',
      'Postage',
    ]) {
      expect(page).toContain(text)
    }
    expect(page).toMatch(
      /value="pm_card_visa" checked>\s*<span><span class="number">4242 4242 4242/,
    )
    expect(page).toContain('The card is declined')
    expect(page).toContain('value="ann@example.com"')
    expect(page).toContain('href="http://127.0.0.1:9/cart"')
  })

  test('shows hostile texts as text', async () => {
    const price_data = { currency: 'usd', unit_amount: 999, product_data: { name: hostile } }
    const page = await pageOf(
      await create({
        customer_email: hostile,
        cancel_url: 'http://127.0.0.1:9/?"><script>alert(3)</script>',
        line_items: [{ quantity: 1, price_data }],
        branding_settings: { display_name: hostile },
        custom_text: { submit: { message: hostile } },
      }),
    )
    expect(page).not.toContain('<script')
    expect(page).not.toContain('<img')
    expect(page.match(/&lt;script&gt;alert\(1\)/g)?.length).toBeGreaterThanOrEqual(4)
    const escaped =
      '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x onerror=alert(2)&gt;'
    expect(page).toContain(` value="${escaped}">`)
    expect(page).toContain(`<h1>${escaped}</h1>`)
  })

  test('runs no scripts and takes nothing from another host', async () => {
    const session = await create()
    const response = await fetch(session.url ?? '')
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("form-action 'self' http://127.0.0.1:9")
    expect(policy).not.toContain('unsafe')
    const page = await response.text()
    expect(page).not.toMatch(/<script|style="|<style|src="/)
    const [, stylesheet = ''] = /href="(\/[^"]+\.css)"/.exec(page) ?? []
    const css = await fetch(`${running.url}${stylesheet}`)
    expect(css.headers.get('content-type')).toContain('text/css')
    expect(await css.text()).not.toMatch(/url\(|@import/)
  })

  test.each([
    [999, 'usd', '$9.99'],
    [999, 'eur', '€9.99'],
    [999, 'jpy', '¥999'],
    [9_990, 'kwd', 'KWD 9.990'],
    [123_456_789, 'usd', undefined],
  ])('writes %i %s as people do', async (unit_amount, currency, shown) => {
    const price_data = { currency, unit_amount, product_data: { name: 'Thing' } }
    const made = create({ line_items: [{ quantity: 1, price_data }] })
    if (shown === undefined) await expect(made).rejects.toMatchObject({ statusCode: 400 })
    else expect((await pageOf(await made)).replaceAll('\u00a0', ' ')).toContain(`Pay ${shown}<`)
  })

  test('of a checkout that does not exist is a 404', async () => {
    const response = await fetch(`${running.url}/c/pay/cs_test_none`)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('There is no such checkout')
  })
})

describe('the button', () => {
  test('pays, sends the events of a payment and leads back to the shop', async () => {
    const session = await create()
    const response = await press(session, { card: 'pm_card_visa', email: 'ann@example.com' })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe(`http://127.0.0.1:9/thanks?session=${session.id}`)
    const [, , succeeded, completed] = await running.eventsOf(
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    )
    const intent = succeeded?.data.object as Stripe.PaymentIntent
    expect(intent).toMatchObject({ amount: 999, metadata: { userId: 'u_1' }, status: 'succeeded' })
    expect(completed?.data.object).toMatchObject({
      id: session.id,
      customer_details: { email: 'ann@example.com' },
      metadata: { order: 'o_1' },
      payment_intent: intent.id,
      payment_status: 'paid',
      status: 'complete',
      url: null,
    })
    const retrieved = await running.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent'],
    })
    expect(retrieved.payment_intent).toEqual(intent)
  })

  test('pressed twice pays once', async () => {
    const session = await create()
    const answers = [await press(session), await press(session)]
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(answers[1]?.headers.get('location')).toBe(answers[0]?.headers.get('location'))
    expect((await running.stripe.paymentIntents.list()).data).toHaveLength(1)
    expect(await pageOf(session)).toContain('This checkout is paid')
    expect((await running.stripe.events.list()).data).toHaveLength(4)
  })

  test('with a declined card leads back to the page, where another card can pay', async () => {
    const session = await create()
    const declined = await press(session, { card: 'pm_card_chargeDeclined' })
    expect(declined.status).toBe(303)
    expect(declined.headers.get('location')).toBe(new URL(session.url ?? '').pathname)
    expect(await pageOf(session)).toContain('role="alert">Your card was declined.')
    const [failed] = await running.eventsOf(
      'payment_intent.payment_failed',
      'payment_intent.created',
      'charge.failed',
    )
    expect((await running.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open')
    await press(session, { card: 'pm_card_visa' })
    const after = await running.stripe.checkout.sessions.retrieve(session.id)
    expect(after).toMatchObject({ payment_status: 'paid', status: 'complete' })
    expect(failed?.data.object).toMatchObject({ id: after.payment_intent })
    expect(await pageOf(session)).not.toContain('declined')
  })

  test('makes a customer where the shop asked for one', async () => {
    const session = await create({ customer_creation: 'always' })
    await press(session, { email: 'ann@example.com' })
    const { customer } = await running.stripe.checkout.sessions.retrieve(session.id)
    const { data } = await running.stripe.customers.list({ email: 'ann@example.com' })
    expect(data.map(({ id }) => id)).toEqual([customer])
  })

  test('does not wait for the events to be received', async () => {
    running.receiver.answerWith(500)
    const session = await create()
    expect((await press(session)).status).toBe(303)
  })

  test.each(['card=pm_card_unicorn', 'a[b=1', '%', 'card[x]=1', `email=${'x'.repeat(20_000)}`])(
    'pays with the first card where the form is %s',
    async (body) => {
      const session = await create()
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const init = { method: 'POST', headers, body, redirect: 'manual' as const }
      expect((await fetch(session.url ?? '', init)).status).toBe(303)
      const after = await running.stripe.checkout.sessions.retrieve(session.id)
      expect(after.status).toBe('complete')
    },
  )
})
