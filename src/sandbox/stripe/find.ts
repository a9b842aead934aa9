/**
 * Finding by id what a path or a parameter names; what is not there is Stripe's `resource_missing`.
 */
import type { Collection } from '../collection.ts'
import { putItem } from '../collection.ts'
import type { Customer } from './objects/customer.ts'
import { type BillingDetails, newPaymentMethod } from './objects/payment-method.ts'
import { type Params, paramName, text } from './params.ts'
import type { StoredMethod, StripeState } from './state.ts'
import { noSuch } from './stripe-error.ts'
import { testCard } from './test-cards.ts'

/** The item that the path names. */
export function findByPath<T extends { readonly id: string }>(
  collection: Collection<T>,
  id: string,
  about: { object: string; param?: string },
): T {
  const found = collection.items.get(id)
  if (found) return found
  throw noSuch(about.object, id, { param: about.param ?? 'id', isPath: true })
}

/** The item that a parameter names; undefined where the parameter is absent or empty. */
export function findByParam<T extends { readonly id: string }>(
  collection: Collection<T>,
  params: Params,
  about: { name: string; object: string },
): T | undefined {
  const id = text(params, about.name)
  if (!id) return undefined
  const found = collection.items.get(id)
  if (found) return found
  throw noSuch(about.object, id, { param: paramName(params, about.name), isPath: false })
}

/** The customer that a parameter names; a deleted one does not count. */
export function customerParam(state: StripeState, params: Params): Customer | undefined {
  const found = findByParam(state.customers, params, { name: 'customer', object: 'customer' })
  if (!found) return undefined
  if (!('deleted' in found)) return found
  throw noSuch('customer', found.id, { param: paramName(params, 'customer'), isPath: false })
}

/** A stored payment method, or a new one made of a test card's name. */
export function resolveMethod(
  state: StripeState,
  name: string,
  about: { param: string; customer?: string | null; billing?: BillingDetails },
): StoredMethod {
  const card = testCard(name)
  if (card) {
    const method = newPaymentMethod(state, card, about)
    return putItem(state.methods, { id: method.id, method, card })
  }
  const stored = state.methods.items.get(name)
  if (stored) return stored
  throw noSuch('PaymentMethod', name, { param: about.param, isPath: false })
}
