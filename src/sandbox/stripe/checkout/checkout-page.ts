/**
 * The hosted checkout page of a session: what is bought, a test card, and one button. Works without
 * scripts.
 */
import { html } from 'hono/html'
import { type Html, pageResponse } from '../../page.ts'
import { formatAmount } from '../money.ts'
import type { CheckoutSession, StoredSession } from '../objects/checkout-session.ts'
import type { LineItem } from '../objects/line-item.ts'

/** The cards offered. Choices, not a field to type in: nobody is to type a real card here. */
export const offeredCards = [
  { name: 'pm_card_visa', number: '4242 4242 4242 4242', effect: 'Visa, the payment goes through' },
  { name: 'pm_card_chargeDeclined', number: '4000 0000 0000 0002', effect: 'The card is declined' },
  {
    name: 'pm_card_chargeDeclinedInsufficientFunds',
    number: '4000 0000 0000 9995',
    effect: 'Declined for insufficient funds',
  },
] as const

export function openPage(stored: StoredSession, declined: string | null): Promise<Response> {
  const { session, merchant } = stored
  const total = formatAmount(session.amount_total, session.currency)
  const body = html`<main>
<section aria-label="Order">
<h1>${merchant}</h1>
<p class="total">${total}</p>
<ul class="items">
${stored.lineItems.map(itemRow)}
</ul>
${session.cancel_url ? html`<a href="${session.cancel_url}">Back to ${merchant}</a>` : ''}
</section>
<form class="card" method="post">
<h2>Pay by card</h2>
${declined ? html`<p class="alert" role="alert">${declined} Try another card.</p>` : ''}
<div class="field">
<label for="email">Email</label>
<input id="email" name="email" type="email" autocomplete="off" maxlength="254"
 value="${session.customer_email ?? 'test@example.com'}">
</div>
<fieldset>
<legend>Test card</legend>
<div class="choices">
${offeredCards.map(cardChoice)}
</div>
</fieldset>
${stored.submitText ? html`<p>${stored.submitText}</p>` : ''}
<button type="submit">Pay ${total}</button>
<p class="quiet">A pretend payment: nothing is charged, and no card is asked for.</p>
</form>
</main>`
  const title = `Pay ${total} to ${merchant}`
  return pageResponse({ title, body, formOrigins: [new URL(session.success_url).origin] })
}

/** After it was paid or its time was over; a link leads back to the shop. */
export function closedPage({ session, merchant }: StoredSession): Promise<Response> {
  const isPaid = session.status === 'complete'
  const title = isPaid ? 'This checkout is paid' : 'This checkout is no longer open'
  const target = isPaid ? successUrl(session) : session.cancel_url
  const body = html`<main class="single">
<h1>${title}</h1>
<p class="quiet">${isPaid ? 'It can not be paid a second time.' : 'Begin again in the shop.'}</p>
${target ? html`<a class="button" href="${target}">Continue to ${merchant}</a>` : ''}
</main>`
  return pageResponse({ title, body, status: isPaid ? 200 : 410 })
}

export function missingPage(): Promise<Response> {
  const title = 'There is no such checkout'
  const body = html`<main class="single">
<h1>${title}</h1>
<p class="quiet">The sandbox forgets its checkouts when it stops. Begin again in the shop.</p>
</main>`
  return pageResponse({ title, body, status: 404 })
}

/** The shop's own address, with the session's id where it asked for it. */
export function successUrl({ id, success_url }: CheckoutSession): string {
  return success_url.replaceAll('{CHECKOUT_SESSION_ID}', id)
}

function itemRow(item: LineItem): Html {
  const each = formatAmount(item.price.unit_amount, item.currency)
  return html`<li>
<div><span class="name">${item.description}</span>
${item.quantity > 1 ? html`<span class="quiet">${item.quantity} × ${each}</span>` : ''}</div>
<span class="amount">${formatAmount(item.amount_total, item.currency)}</span>
</li>`
}

function cardChoice(card: (typeof offeredCards)[number], index: number): Html {
  return html`<label class="choice">
<input type="radio" name="card" value="${card.name}" ${index === 0 ? 'checked' : ''}>
<span><span class="number">${card.number}</span><span class="effect">${card.effect}</span></span>
</label>`
}
