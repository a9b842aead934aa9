/** Connecting to Stripe. Specification: https://docs.stripe.com/api/webhook_endpoints */
import { valueAt } from '../../base/json.ts'
import type { ConnectDeclaration, RemoteEndpoint, WantedEndpoint } from './declaration.ts'
import { textAt, textsAt } from './read.ts'

const path = '/v1/webhook_endpoints'

/** That of the SDK whose types the handlers have. */
export const stripeApiVersion = '2026-10-28.endive'

export const stripeConnect: ConnectDeclaration = {
  provider: 'stripe',
  signUpUrl: 'https://dashboard.stripe.com/register',
  keySteps: [
    'Open https://dashboard.stripe.com/test/apikeys (for live mode the page without /test).',
    'Make a restricted key that may write Webhook Endpoints and read Balance, or reveal the ' +
      'secret key.',
  ],
  endpointSteps: [
    'Open https://dashboard.stripe.com/webhooks and choose to add a destination.',
    'Choose these event types: {types}.',
    'Choose a webhook endpoint, and paste the URL {url}.',
    'Reveal its signing secret, and give it to `hookline keys set {secret}`.',
  ],
  endpoints: {
    secret: 'shown-once',
    apiVersion: stripeApiVersion,
    allTypes: '*',
    isMarked: true,
    listAt: 'data',
    // An account has 16 of them in test mode and few more in live mode: one page holds all.
    list: () => ({ method: 'GET', path: `${path}?limit=100` }),
    read,
    create: (wanted) => ({
      method: 'POST',
      path,
      form: [...formOf(wanted), ['api_version', stripeApiVersion]],
    }),
    update: (id, wanted) => ({
      method: 'POST',
      path: `${path}/${encodeURIComponent(id)}`,
      form: [...formOf(wanted), ['disabled', 'false']],
    }),
    remove: (id) => ({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` }),
    sandboxEvent: (url, type) => ({
      method: 'POST',
      path: '/_sandbox/trigger',
      json: { url, type: type === '' ? 'payment_intent.succeeded' : type },
    }),
  },
}

function formOf({ url, types, owner, source }: WantedEndpoint): [name: string, value: string][] {
  return [
    ['url', url],
    ...types.map((type, i): [string, string] => [`enabled_events[${i}]`, type]),
    ['description', `Hookline, source ${source}`],
    ['metadata[hookline]', owner],
  ]
}

function read(answer: unknown): RemoteEndpoint | undefined {
  const id = textAt(answer, 'id')
  if (id === undefined || valueAt(answer, 'object') !== 'webhook_endpoint') return undefined
  // The one that `dev` gives its sandbox steps back by itself.
  if (textAt(answer, 'metadata.hookline_sandbox') !== undefined) return undefined
  return {
    id,
    url: textAt(answer, 'url') ?? '',
    types: textsAt(answer, 'enabled_events'),
    isEnabled: valueAt(answer, 'status') === 'enabled',
    apiVersion: textAt(answer, 'api_version') ?? null,
    owner: textAt(answer, 'metadata.hookline') ?? null,
    secret: textAt(answer, 'secret'),
  }
}
