/**
 * `/v1/webhook_endpoints`: create (the secret is shown then, and never again), retrieve, list,
 * update, delete.
 */
import { isLoopbackUrl } from '../../loopback.ts'
import type { StripeCall, StripeRoute } from '../call.ts'
import { pageOf } from '../lists.ts'
import { newStripeId } from '../maker.ts'
import { metadataAfter } from '../metadata.ts'
import {
  newWebhookEndpoint,
  type StoredEndpoint,
  type WebhookEndpoint,
  webhookEndpointsMax,
} from '../objects/webhook-endpoint.ts'
import { flag, missingParam, type Params, requiredText, text, textAfter, texts } from '../params.ts'
import { invalidParam, noSuch, StripeError } from '../stripe-error.ts'

const path = '/v1/webhook_endpoints'

export const webhookEndpointRoutes: readonly StripeRoute[] = [
  { method: 'POST', path, answer: create },
  { method: 'GET', path, answer: list },
  { method: 'GET', path: `${path}/:id`, answer: (call) => find(call).endpoint },
  { method: 'POST', path: `${path}/:id`, answer: update },
  { method: 'DELETE', path: `${path}/:id`, answer: remove },
]

function create({ state, params }: StripeCall): object {
  if (state.endpoints.size >= webhookEndpointsMax) throw tooMany()
  const endpoint = newWebhookEndpoint(state, {
    url: endpointUrl(requiredText(params, 'url')),
    enabledEvents: enabledEvents(params) ?? missingEvents(params),
    description: text(params, 'description') ?? null,
    apiVersion: text(params, 'api_version') ?? null,
    metadata: metadataAfter(params),
  })
  const secret = newStripeId(state, 'whsec_', 32)
  takePlaceOfGiven(state.endpoints, endpoint.url)
  state.endpoints.set(endpoint.id, { id: endpoint.id, endpoint, secret, isGiven: false })
  return { ...endpoint, secret }
}

/** One address, one endpoint: the development server's own steps back for one that was made. */
function takePlaceOfGiven(endpoints: Map<string, StoredEndpoint>, url: string): void {
  for (const { id, isGiven, endpoint } of endpoints.values()) {
    if (isGiven && endpoint.url === url) endpoints.delete(id)
  }
}

function list({ state, params }: StripeCall): object {
  const endpoints = [...state.endpoints.values()].map(({ endpoint }) => endpoint).reverse()
  return pageOf(endpoints, { params, url: path })
}

function find({ state, id }: StripeCall): StoredEndpoint {
  const stored = state.endpoints.get(id)
  if (stored) return stored
  throw noSuch('webhook endpoint', id, { param: 'webhook_endpoint', isPath: true })
}

function update(call: StripeCall): WebhookEndpoint {
  const { state, params } = call
  const stored = find(call)
  const before = stored.endpoint
  const url = text(params, 'url')
  const isDisabled = flag(params, 'disabled') ?? before.status === 'disabled'
  const endpoint: WebhookEndpoint = {
    ...before,
    url: url ? endpointUrl(url) : before.url,
    enabled_events: enabledEvents(params) ?? before.enabled_events,
    description: textAfter(params, 'description', before.description),
    metadata: metadataAfter(params, before.metadata),
    status: isDisabled ? 'disabled' : 'enabled',
  }
  state.endpoints.set(endpoint.id, { ...stored, endpoint })
  return endpoint
}

function remove(call: StripeCall): object {
  const { id } = find(call)
  call.state.endpoints.delete(id)
  return { id, object: 'webhook_endpoint', deleted: true }
}

/** Plain http is fine here; another machine is not. */
function endpointUrl(url: string): string {
  if (isLoopbackUrl(url)) return url
  const message =
    'Invalid URL: a sandbox sends to this machine only, so that pretend events reach no real ' +
    'server. Use http://127.0.0.1:<port>/…, localhost or [::1].'
  throw invalidParam('url', 'url_invalid', message)
}

function enabledEvents(params: Params): string[] | undefined {
  const types = texts(params, 'enabled_events')
  return types && types.length > 0 ? types : undefined
}

function missingEvents(params: Params): never {
  throw missingParam(params, 'enabled_events')
}

function tooMany(): StripeError {
  return new StripeError({
    status: 400,
    type: 'invalid_request_error',
    message: `There are ${webhookEndpointsMax} webhook endpoints, the limit. Delete one first.`,
  })
}
