/**
 * The object of a triggered event can be fetched afterwards, as a handler may well do. What `set`
 * has turned into something else than the API would make is not kept.
 */
import { valueAt } from '../../base/json.ts'
import { putItem } from '../collection.ts'
import type { Charge } from './objects/charge.ts'
import type { Customer } from './objects/customer.ts'
import type { StripeEvent } from './objects/event.ts'
import type { PaymentIntent } from './objects/payment-intent.ts'
import type { StripeState } from './state.ts'

export function rememberSample(state: StripeState, event: StripeEvent): void {
  const { object } = event.data
  const kind = valueAt(object, 'object')
  const hasId = typeof valueAt(object, 'id') === 'string'
  const hasAmount = Number.isInteger(valueAt(object, 'amount'))
  if (!hasId || event.type.endsWith('.deleted')) return
  // The kind says which of our own makers the sample came from.
  if (kind === 'payment_intent' && hasAmount) putItem(state.intents, object as PaymentIntent)
  if (kind === 'charge' && hasAmount) putItem(state.charges, object as Charge)
  if (kind === 'customer') putItem(state.customers, object as Customer)
}
