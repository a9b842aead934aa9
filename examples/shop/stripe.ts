/**
 * What the shop asks of Stripe: a checkout, with plain HTTP as in Stripe's API reference. The two
 * experiments ask the sandbox, which alone can repeat and forge events on demand.
 */
import { ShopError } from './shop-error.ts'

export interface Order {
  readonly userId: string
  readonly orderId: string
  readonly failOnce: boolean
  /** Where Stripe's page leads back to. */
  readonly shopUrl: string
}

/** What came of an event that the sandbox sent to this server on demand. */
export interface SentEvent {
  readonly eventId: string
  /** What the server answered to the sandbox. */
  readonly status: number
  readonly duplicate: boolean
}

const answerMsMax = 10_000
const apiVersion = '2026-10-28.endive'
const price = { amount: 999, currency: 'usd', name: 'Lifetime account' }

/** The address of the hosted page on which the order is paid. */
export async function createCheckout(order: Order): Promise<string> {
  const { url } = await post('/v1/checkout/sessions', {
    body: new URLSearchParams({
      mode: 'payment',
      'line_items[0][quantity]': '1',
      'line_items[0][price_data][currency]': price.currency,
      'line_items[0][price_data][unit_amount]': String(price.amount),
      'line_items[0][price_data][product_data][name]': price.name,
      // Stripe hands these back in the event: they say whose payment it was.
      'payment_intent_data[metadata][userId]': order.userId,
      'payment_intent_data[metadata][orderId]': order.orderId,
      'payment_intent_data[metadata][failOnce]': String(order.failOnce),
      'branding_settings[display_name]': 'Demo shop',
      success_url: order.shopUrl,
      cancel_url: order.shopUrl,
    }),
    headers: {
      authorization: `Bearer ${process.env.STRIPE_SECRET_KEY || 'sk_test_sandbox'}`,
      'idempotency-key': order.orderId,
      'stripe-version': apiVersion,
    },
  })
  if (typeof url === 'string') return url
  throw new ShopError(
    502,
    'Stripe made a checkout without an address. Look at its answer in the log.',
  )
}

/** An event that would unlock this user, signed by somebody who does not have the secret. */
export async function forgeEvent(userId: string): Promise<SentEvent> {
  const set = { 'data.object.metadata.userId': userId }
  return await sandboxTool('/_sandbox/forge', { type: 'payment_intent.succeeded', set })
}

/** The same bytes once more, with a fresh and correct signature. */
export async function resendEvent(id: string): Promise<SentEvent> {
  return await sandboxTool('/_sandbox/resend', { id })
}

async function sandboxTool(path: string, options: object): Promise<SentEvent> {
  const answer = await post(path, {
    body: JSON.stringify({ source: 'stripe', ...options }),
    headers: { 'content-type': 'application/json' },
  })
  return {
    eventId: String(answer.id),
    status: Number(answer.status ?? 0),
    duplicate: parsed(String(answer.body)).duplicate === true,
  }
}

async function post(path: string, init: RequestInit): Promise<Record<string, unknown>> {
  const base = (process.env.STRIPE_API_BASE || 'http://127.0.0.1:4601').replace(/\/+$/, '')
  let response: Response
  let text: string
  try {
    const signal = AbortSignal.timeout(answerMsMax)
    response = await fetch(base + path, { ...init, method: 'POST', signal })
    text = await response.text()
  } catch (cause) {
    throw new ShopError(502, unreachable(base), { cause })
  }
  const answer = parsed(text)
  if (response.ok) return answer
  const said = parsed(answer.error).message ?? answer.detail ?? 'It gave no reason.'
  throw new ShopError(502, `Stripe refused with ${response.status}: ${String(said).slice(0, 300)}`)
}

function unreachable(base: string): string {
  return (
    `Stripe's stand-in does not answer at ${base}. It likely does not run. Start it with ` +
    '`hookline dev`, or name another address in STRIPE_API_BASE.'
  )
}

/** The object in a JSON text, or the value itself where it is one; empty where there is none. */
function parsed(value: unknown): Record<string, unknown> {
  try {
    return Object(typeof value === 'string' ? JSON.parse(value) : value)
  } catch {
    return {}
  }
}
