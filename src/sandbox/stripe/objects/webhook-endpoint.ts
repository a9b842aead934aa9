/** A webhook endpoint: where events are sent, which ones, and the secret that signs them. */
import { type Maker, newStripeId, unixSeconds } from '../maker.ts'
import type { Metadata } from '../metadata.ts'

/** Stripe's own limit in a test account. */
export const webhookEndpointsMax = 16

export interface WebhookEndpoint {
  readonly id: string
  readonly object: 'webhook_endpoint'
  readonly api_version: string | null
  readonly application: null
  readonly created: number
  readonly description: string | null
  readonly enabled_events: string[]
  readonly livemode: boolean
  readonly metadata: Metadata
  readonly status: 'enabled' | 'disabled'
  readonly url: string
}

/** With its secret, which the API shows once, at creation. */
export interface StoredEndpoint {
  readonly id: string
  readonly endpoint: WebhookEndpoint
  readonly secret: string
  /** True for the development server's own, which is given at start and not through the API. */
  readonly isGiven: boolean
}

export interface EndpointOptions {
  readonly url: string
  readonly enabledEvents: string[]
  readonly description?: string | null
  readonly apiVersion?: string | null
  readonly metadata?: Metadata
}

export function newWebhookEndpoint(maker: Maker, options: EndpointOptions): WebhookEndpoint {
  return {
    id: newStripeId(maker, 'we_1', 23),
    object: 'webhook_endpoint',
    api_version: options.apiVersion ?? null,
    application: null,
    created: unixSeconds(maker),
    description: options.description ?? null,
    enabled_events: options.enabledEvents,
    livemode: false,
    metadata: options.metadata ?? {},
    status: 'enabled',
    url: options.url,
  }
}

export function wantsEvent(endpoint: WebhookEndpoint, type: string): boolean {
  if (endpoint.status !== 'enabled') return false
  return endpoint.enabled_events.some((wanted) => wanted === '*' || wanted === type)
}
