/**
 * A whole purchase in one request: a checkout session is made through the API and paid with a test
 * card, so that the events are those of a customer who went to the hosted page. It answers when
 * the first attempt of each was made.
 */
import { HooklineError } from '../../base/errors.ts'
import { newestFirst } from '../collection.ts'
import type { AttemptRecord } from '../deliver.ts'
import { paySession } from './checkout/pay-session.ts'
import type { StoredEvent, StripeState } from './state.ts'
import { reportOf, type SentEvent } from './tools.ts'

/** The API of this sandbox, asked without a network. */
export type AskApi = (request: Request) => Response | Promise<Response>

export interface Purchase {
  /** A test card's name, such as `pm_card_visa`. */
  readonly card: string
  readonly product: string
  /** In the smallest unit of the currency. */
  readonly amount: number
  readonly userId: string
  readonly orderId: string
}

export interface Paid {
  readonly status: 'paid' | 'declined'
  /** Why the bank declined; null where it did not. */
  readonly message: string | null
  readonly events: readonly SentEvent[]
}

/** No real shop is at this address, and nobody is sent to it. */
const successUrl = 'https://shop.example/thanks'
const buyerEmail = 'buyer@example.com'

export async function purchase(state: StripeState, askApi: AskApi, wish: Purchase): Promise<Paid> {
  const id = await createSession(state, askApi, wish)
  const stored = state.sessions.items.get(id)
  if (!stored) throw new HooklineError('internal', 'The sandbox lost a checkout session.')
  const before = newestFirst(state.events)[0]?.id
  const underWay = new Set(state.deliverer.underWay)
  const after = paySession(state, stored, { card: wish.card, email: buyerEmail })
  const started = [...state.deliverer.underWay].filter((running) => !underWay.has(running))
  const records = await Promise.all(started)
  const intent = state.intents.items.get(after.intentId ?? '')
  return {
    status: after.session.status === 'complete' ? 'paid' : 'declined',
    message: intent?.last_payment_error?.message ?? null,
    events: eventsSince(state, before).map((event) => sentEvent(event, records)),
  }
}

async function createSession(
  state: StripeState,
  askApi: AskApi,
  { product, amount, userId, orderId }: Purchase,
): Promise<string> {
  const line = 'line_items[0]'
  const body = new URLSearchParams({
    mode: 'payment',
    success_url: successUrl,
    client_reference_id: userId,
    [`${line}[quantity]`]: '1',
    [`${line}[price_data][currency]`]: 'usd',
    [`${line}[price_data][unit_amount]`]: String(amount),
    [`${line}[price_data][product_data][name]`]: product,
  })
  // Apps read them in the session or in the payment: both have them.
  for (const [name, value] of Object.entries({ userId, orderId })) {
    body.set(`metadata[${name}]`, value)
    body.set(`payment_intent_data[metadata][${name}]`, value)
  }
  const headers = { authorization: 'Bearer sk_test_sandbox' }
  const url = `${state.publicUrl}/v1/checkout/sessions`
  const response = await askApi(new Request(url, { method: 'POST', headers, body }))
  const answer: { id?: string; error?: { message: string } } = Object(await response.json())
  if (answer.id !== undefined) return answer.id
  throw new HooklineError(
    'payload_invalid',
    `The sandbox does not sell this: ${answer.error?.message ?? 'its API refused'} ` +
      'Ask for another amount or product.',
  )
}

/** Oldest first; an id that is not there any more gives all that are kept. */
function eventsSince(state: StripeState, id: string | undefined): StoredEvent[] {
  const newest = newestFirst(state.events)
  const end = newest.findIndex((event) => event.id === id)
  return newest.slice(0, end < 0 ? newest.length : end).reverse()
}

function sentEvent({ id, type }: StoredEvent, records: readonly AttemptRecord[]): SentEvent {
  return { id, type, deliveries: records.filter(({ eventId }) => eventId === id).map(reportOf) }
}
