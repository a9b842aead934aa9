/**
 * `expand[]=latest_charge`: ids in an answer become the objects they name. A path that leads
 * nowhere is passed over, so that a caller who asks for more than the sandbox has still gets an
 * answer.
 */
import { pageItemsDefault } from './lists.ts'
import type { StripeState } from './state.ts'

/** Stripe's own limit. */
export const expandDepthMax = 4
export const expandPathsMax = 20

export function expandFields(state: StripeState, answer: object, paths: readonly string[]): object {
  return paths.slice(0, expandPathsMax).reduce((expanded: object, path) => {
    const result = expandAt(state, expanded, path.split('.').slice(0, expandDepthMax))
    return typeof result === 'object' && result !== null ? result : expanded
  }, answer)
}

function expandAt(state: StripeState, value: unknown, names: readonly string[]): unknown {
  const [name, ...rest] = names
  if (name === undefined || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((member) => expandAt(state, member, names))
  const inner = fieldOf(state, new Map(Object.entries(value)), name)
  return inner === undefined ? value : { ...value, [name]: expandAt(state, inner, rest) }
}

function fieldOf(state: StripeState, fields: Map<string, unknown>, name: string): unknown {
  if (name === 'line_items' && fields.get('object') === 'checkout.session') {
    return lineItemList(state, String(fields.get('id')))
  }
  const value = fields.get(name)
  return typeof value === 'string' ? (objectById(state, value) ?? value) : value
}

function lineItemList(state: StripeState, sessionId: string): object {
  const items = state.sessions.items.get(sessionId)?.lineItems ?? []
  const data = items.slice(0, pageItemsDefault)
  const url = `/v1/checkout/sessions/${sessionId}/line_items`
  return { object: 'list', data, has_more: items.length > data.length, url }
}

function objectById(state: StripeState, id: string): object | undefined {
  const [prefix] = id.split('_', 1)
  switch (prefix) {
    case 'cus':
      return state.customers.items.get(id)
    case 'pi':
      return state.intents.items.get(id)
    case 'ch':
      return state.charges.items.get(id)
    case 'pm':
      return state.methods.items.get(id)?.method
    default:
      return undefined
  }
}
