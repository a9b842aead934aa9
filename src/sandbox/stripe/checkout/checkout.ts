/** The hosted checkout's two requests: look at the page, press its button. */
import { Hono } from 'hono'
import { decodeUtf8 } from '../../../base/bytes.ts'
import { type FormFields, parseForm } from '../../form.ts'
import { readBody } from '../../read-body.ts'
import { checkoutPath, type StoredSession } from '../objects/checkout-session.ts'
import type { StripeState } from '../state.ts'
import { closedPage, missingPage, offeredCards, openPage, successUrl } from './checkout-page.ts'
import { paySession, withDueExpiry } from './pay-session.ts'

export const checkoutFormBytesMax = 16_384
const emailCharactersMax = 254

export function createCheckout(state: StripeState): Hono {
  const checkout = new Hono()
  checkout.get(`${checkoutPath}:id`, (context) => show(state, context.req.param('id')))
  checkout.post(`${checkoutPath}:id`, (context) =>
    pay(state, context.req.param('id'), context.req.raw),
  )
  return checkout
}

function show(state: StripeState, id: string): Promise<Response> {
  const stored = findSession(state, id)
  if (!stored) return missingPage()
  if (stored.session.status !== 'open') return closedPage(stored)
  const intent = state.intents.items.get(stored.intentId ?? '')
  return openPage(stored, intent?.last_payment_error?.message ?? null)
}

/** The events go out by themselves; the browser is not held up for them. */
async function pay(state: StripeState, id: string, request: Request): Promise<Response> {
  const fields = await readFields(request)
  const stored = findSession(state, id)
  if (!stored) return missingPage()
  if (stored.session.status === 'expired') return closedPage(stored)
  // A second press of the button finds the session complete, and pays nothing twice.
  const after =
    stored.session.status === 'open' ? paySession(state, stored, payment(fields)) : stored
  const isComplete = after.session.status === 'complete'
  return seeOther(isComplete ? successUrl(after.session) : new URL(request.url).pathname)
}

function findSession(state: StripeState, id: string): StoredSession | undefined {
  const stored = state.sessions.items.get(id)
  return stored && withDueExpiry(state, stored)
}

async function readFields(request: Request): Promise<FormFields> {
  const { bytes } = await readBody(request.body, checkoutFormBytesMax)
  const form = parseForm(decodeUtf8(bytes) ?? '')
  return form.ok ? form.fields : {}
}

/** What was chosen; anything that was not offered counts as the first card. */
function payment(fields: FormFields): { card: string; email: string | null } {
  const card = offeredCards.find(({ name }) => name === fields.card) ?? offeredCards[0]
  const email = typeof fields.email === 'string' ? fields.email.trim() : ''
  return { card: card.name, email: email.slice(0, emailCharactersMax) || null }
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { Location: location } })
}
