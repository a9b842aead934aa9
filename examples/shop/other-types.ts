/**
 * The types that Stripe sends beside the one that unlocks. The shop has no work for them, and a
 * handler that does nothing says so: a type without any would look forgotten in the dashboard.
 */
import type { Hookline } from 'hookline'

const types = ['payment_intent.created', 'charge.succeeded', 'checkout.session.completed'] as const

export function ignoreOtherTypes(app: Pick<Hookline, 'on'>): void {
  for (const type of types) app.on('stripe', type, () => {}, { name: `ignore:${type}` })
}
