/**
 * Connecting to PayPal. What a source has as its secret is the id of the webhook.
 * Specification: https://developer.paypal.com/api/webhooks/v1
 */
import type { ConnectDeclaration, RemoteEndpoint, WantedEndpoint } from './declaration.ts'
import { textAt, textsAt } from './read.ts'

const path = '/v1/notifications/webhooks'

export const paypalConnect: ConnectDeclaration = {
  provider: 'paypal',
  signUpUrl: 'https://developer.paypal.com',
  keySteps: [
    'Open https://developer.paypal.com/dashboard/applications and make an app, or open yours.',
    'Give its client id to `hookline keys set PAYPAL_CLIENT_ID`.',
    'Copy the secret of the same app.',
  ],
  endpointSteps: [
    'Open your app at https://developer.paypal.com/dashboard/applications and add a webhook.',
    'Paste the URL {url}, and choose these event types: {types}.',
    'Copy the id of the webhook, and give it to `hookline keys set {secret}`.',
  ],
  endpoints: {
    secret: 'readable',
    allTypes: '*',
    isMarked: false,
    listAt: 'webhooks',
    list: () => ({ method: 'GET', path }),
    read,
    create: (wanted) => ({
      method: 'POST',
      path,
      json: { url: wanted.url, event_types: namesOf(wanted) },
    }),
    update: (id, wanted) => ({
      method: 'PATCH',
      path: `${path}/${encodeURIComponent(id)}`,
      json: [
        { op: 'replace', path: '/url', value: wanted.url },
        { op: 'replace', path: '/event_types', value: namesOf(wanted) },
      ],
    }),
    remove: (id) => ({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` }),
  },
}

function namesOf({ types }: WantedEndpoint): object[] {
  return types.map((name) => ({ name }))
}

function read(answer: unknown): RemoteEndpoint | undefined {
  const id = textAt(answer, 'id')
  if (id === undefined) return undefined
  return {
    id,
    url: textAt(answer, 'url') ?? '',
    types: textsAt(answer, 'event_types', 'name'),
    isEnabled: true,
    apiVersion: null,
    owner: null,
    secret: id,
  }
}
