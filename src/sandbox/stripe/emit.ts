/**
 * Events: stored, then sent to every endpoint that wants their type. Nobody waits for a delivery
 * unless they ask for its promise.
 */
import { putItem } from '../collection.ts'
import { type AttemptRecord, type Delivery, deliver } from '../deliver.ts'
import { unixSeconds } from './maker.ts'
import { type Cause, eventBytes, newEvent, type StripeEvent } from './objects/event.ts'
import { type StoredEndpoint, wantsEvent } from './objects/webhook-endpoint.ts'
import type { StoredEvent, StripeState } from './state.ts'

export const userAgent = 'Stripe/1.0 (+https://stripe.com/docs/webhooks)'

/**
 * After a failed attempt: quick at first, for a person who watches; then hourly, for three days in
 * all.
 */
export const stripeRetryDelaysMs: readonly number[] = [
  1_000,
  2_000,
  4_000,
  10_000,
  60_000,
  600_000,
  ...Array.from({ length: 71 }, () => 3_600_000),
]

export interface EmitOptions {
  readonly cause: Cause
  readonly previous?: object
}

/** Something happened to `object`: stores the event and starts its deliveries. */
export function emitEvent(
  state: StripeState,
  type: string,
  object: object,
  { cause, previous }: EmitOptions,
): void {
  const pendingWebhooks = endpointsFor(state, type).length
  const event = newEvent(state, { type, object, previous, cause, pendingWebhooks })
  void Promise.all(sendEvent(state, storeEvent(state, event)))
}

export function storeEvent(state: StripeState, event: StripeEvent): StoredEvent {
  return putItem(state.events, {
    id: event.id,
    type: event.type,
    created: event.created,
    body: eventBytes(event),
    pendingWebhooks: event.pending_webhooks,
  })
}

export interface SendOptions {
  /** Only this endpoint; every one that wants the type where it is absent. */
  readonly endpointId?: string | undefined
  readonly isRetried?: boolean
  /** Signs with this instead of the endpoint's secret, as a forger would. */
  readonly wrongSecret?: string
}

/** One promise per endpoint, each the outcome of the first attempt; none of them fails. */
export function sendEvent(
  state: StripeState,
  stored: StoredEvent,
  options: SendOptions = {},
): Promise<AttemptRecord>[] {
  const { endpointId } = options
  const wanting = endpointsFor(state, stored.type)
  const chosen = wanting.filter((known) => endpointId === undefined || known.id === endpointId)
  return chosen.map((endpoint) =>
    deliver(state.deliverer, newDelivery(state, { stored, endpoint, ...options })),
  )
}

export function endpointsFor(state: StripeState, type: string): StoredEndpoint[] {
  return [...state.endpoints.values()].filter(({ endpoint }) => wantsEvent(endpoint, type))
}

function newDelivery(
  state: StripeState,
  what: SendOptions & { stored: StoredEvent; endpoint: StoredEndpoint },
): Delivery {
  const { stored, endpoint, isRetried = true, wrongSecret } = what
  return {
    eventId: stored.id,
    type: stored.type,
    endpointId: endpoint.id,
    isRetried,
    request() {
      const now = state.endpoints.get(endpoint.id)
      if (now?.endpoint.status !== 'enabled') return undefined
      const secret = wrongSecret ?? now.secret
      return {
        url: now.endpoint.url,
        headers: deliveryHeaders(state, stored.body, secret),
        body: stored.body,
      }
    },
    onDelivered() {
      const now = state.events.items.get(stored.id)
      if (!now) return
      putItem(state.events, { ...now, pendingWebhooks: Math.max(0, now.pendingWebhooks - 1) })
    },
  }
}

/** Signed afresh for every attempt: the signature carries the time. */
function deliveryHeaders(
  state: StripeState,
  body: Uint8Array,
  secret: string,
): [name: string, value: string][] {
  return [
    ['Accept', '*/*; q=0.5, application/xml'],
    ['Cache-Control', 'no-cache'],
    ['Content-Type', 'application/json; charset=utf-8'],
    ['User-Agent', userAgent],
    ...state.provider.sign(body, { secret, now: unixSeconds(state) }),
  ]
}
