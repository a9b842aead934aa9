/** `/v1/customers`: create, retrieve, list, update, delete. */
import { putItem } from '../../collection.ts'
import type { StripeCall, StripeRoute } from '../call.ts'
import { emitEvent } from '../emit.ts'
import { findByPath } from '../find.ts'
import { listPage } from '../lists.ts'
import { metadataAfter } from '../metadata.ts'
import {
  type Address,
  type Customer,
  type CustomerChoices,
  customerDefaults,
  type DeletedCustomer,
  newCustomer,
} from '../objects/customer.ts'
import { choice, hash, integer, type Params, text, textAfter, texts } from '../params.ts'
import { noSuch } from '../stripe-error.ts'

const path = '/v1/customers'
const balanceMax = 99_999_999

export const customerRoutes: readonly StripeRoute[] = [
  { method: 'POST', path, answer: create },
  { method: 'GET', path, answer: list },
  { method: 'GET', path: `${path}/:id`, answer: find },
  { method: 'POST', path: `${path}/:id`, answer: update },
  { method: 'DELETE', path: `${path}/:id`, answer: remove },
]

function create({ state, params, cause }: StripeCall): Customer {
  const customer = newCustomer(state, customerChoices(params, customerDefaults))
  putItem(state.customers, customer)
  emitEvent(state, 'customer.created', customer, { cause })
  return customer
}

function list({ state, params }: StripeCall): object {
  const email = text(params, 'email')
  return listPage(state.customers, {
    params,
    url: path,
    created: (customer) => ('deleted' in customer ? 0 : customer.created),
    matches: (customer) => !('deleted' in customer) && (!email || customer.email === email),
  })
}

function find({ state, id }: StripeCall): Customer | DeletedCustomer {
  return findByPath(state.customers, id, { object: 'customer' })
}

function update(call: StripeCall): Customer {
  const { state, params, cause } = call
  const before = existing(call)
  const after: Customer = { ...before, ...customerChoices(params, before) }
  putItem(state.customers, after)
  const previous = differences(before, after)
  if (Object.keys(previous).length > 0) {
    emitEvent(state, 'customer.updated', after, { cause, previous })
  }
  return after
}

function remove(call: StripeCall): DeletedCustomer {
  const customer = existing(call)
  const deleted: DeletedCustomer = { id: customer.id, object: 'customer', deleted: true }
  putItem(call.state.customers, deleted)
  emitEvent(call.state, 'customer.deleted', customer, { cause: call.cause })
  return deleted
}

function existing(call: StripeCall): Customer {
  const customer = find(call)
  if (!('deleted' in customer)) return customer
  throw noSuch('customer', customer.id, { param: 'id', isPath: true })
}

function customerChoices(params: Params, before: CustomerChoices): CustomerChoices {
  const range = { min: -balanceMax, max: balanceMax }
  const exemptions = ['exempt', 'none', 'reverse'] as const
  return {
    address: address(params, before.address),
    balance: integer(params, 'balance', range) ?? before.balance,
    description: textAfter(params, 'description', before.description),
    email: textAfter(params, 'email', before.email),
    metadata: metadataAfter(params, before.metadata),
    name: textAfter(params, 'name', before.name),
    phone: textAfter(params, 'phone', before.phone),
    preferred_locales: texts(params, 'preferred_locales') ?? before.preferred_locales,
    tax_exempt: choice(params, 'tax_exempt', exemptions) ?? before.tax_exempt,
  }
}

function address(params: Params, before: Address | null): Address | null {
  if (params.fields.address === '') return null
  const sent = hash(params, 'address')
  if (!sent) return before
  return {
    city: text(sent, 'city') ?? null,
    country: text(sent, 'country') ?? null,
    line1: text(sent, 'line1') ?? null,
    line2: text(sent, 'line2') ?? null,
    postal_code: text(sent, 'postal_code') ?? null,
    state: text(sent, 'state') ?? null,
  }
}

/** The earlier values of what is different now. */
function differences(before: Customer, after: Customer): object {
  const now = new Map(Object.entries(after))
  return Object.fromEntries(
    Object.entries(before).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(now.get(name)),
    ),
  )
}
