/** An event: what happened, the object as it was then, and which request caused it. */
import { type Maker, newStripeId, unixSeconds } from '../maker.ts'

/** The version whose shapes the sandbox makes, the one of the `stripe` SDK that the tests use. */
export const apiVersion = '2026-10-28.endive'

/** The API request that caused an event; both null for what happened without one. */
export interface Cause {
  readonly id: string | null
  readonly idempotency_key: string | null
}

export const noCause: Cause = { id: null, idempotency_key: null }

export interface StripeEvent {
  readonly id: string
  readonly object: 'event'
  readonly api_version: string
  readonly created: number
  readonly data: { readonly object: object; readonly previous_attributes?: object }
  readonly livemode: boolean
  readonly pending_webhooks: number
  readonly request: Cause
  readonly type: string
}

export interface EventOptions {
  readonly type: string
  readonly object: object
  /** The earlier values of what changed, for `….updated`. */
  readonly previous?: object | undefined
  readonly cause?: Cause
  /** How many endpoints have yet to receive it. */
  readonly pendingWebhooks?: number
}

export function newEvent(maker: Maker, options: EventOptions): StripeEvent {
  const { type, object, previous } = options
  return {
    id: newStripeId(maker, 'evt_1', 23),
    object: 'event',
    api_version: apiVersion,
    created: unixSeconds(maker),
    data: { object, ...(previous && { previous_attributes: previous }) },
    livemode: false,
    pending_webhooks: options.pendingWebhooks ?? 1,
    request: options.cause ?? noCause,
    type,
  }
}

/**
 * The bytes that are sent and signed. Indented, as Stripe sends them, so that a re-serialised body
 * shows.
 */
export function eventBytes(event: object): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(event, null, 2))
}
