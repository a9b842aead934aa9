/**
 * One API call as the routes see it: authenticated, its parameters read, its place in the path
 * known.
 */
import type { Cause } from './objects/event.ts'
import type { Params } from './params.ts'
import type { StripeState } from './state.ts'

export interface StripeCall {
  readonly state: StripeState
  /** The `:id` of the path; empty where it has none. */
  readonly id: string
  readonly params: Params
  /** Goes into the events that the call causes. */
  readonly cause: Cause
}

export interface StripeRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With `:id` where an id stands. */
  readonly path: string
  readonly answer: (call: StripeCall) => object
}
