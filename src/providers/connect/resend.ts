/** Connecting to Resend. Specification: https://resend.com/docs/api-reference/webhooks */
import { valueAt } from '../../base/json.ts'
import type { ConnectDeclaration, RemoteEndpoint, WantedEndpoint } from './declaration.ts'
import { textAt, textsAt } from './read.ts'

const path = '/webhooks'

export const resendConnect: ConnectDeclaration = {
  provider: 'resend',
  signUpUrl: 'https://resend.com/signup',
  keySteps: ['Open https://resend.com/api-keys and make a key with full access.'],
  endpointSteps: [
    'Open https://resend.com/webhooks and choose to add a webhook.',
    'Paste the URL {url}, and choose these event types: {types}.',
    'Copy its signing secret, and give it to `hookline keys set {secret}`.',
  ],
  endpoints: {
    secret: 'readable',
    isMarked: false,
    listAt: 'data',
    list: () => ({ method: 'GET', path: `${path}?limit=100` }),
    read,
    create: (wanted) => ({ method: 'POST', path, json: bodyOf(wanted) }),
    update: (id, wanted) => ({
      method: 'PATCH',
      path: `${path}/${encodeURIComponent(id)}`,
      json: { ...bodyOf(wanted), status: 'enabled' },
    }),
    remove: (id) => ({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` }),
    show: (id) => ({ method: 'GET', path: `${path}/${encodeURIComponent(id)}` }),
  },
}

function bodyOf({ url, types }: WantedEndpoint): object {
  return { endpoint: url, events: types }
}

function read(answer: unknown): RemoteEndpoint | undefined {
  const id = textAt(answer, 'id')
  if (id === undefined) return undefined
  return {
    id,
    url: textAt(answer, 'endpoint') ?? '',
    types: textsAt(answer, 'events'),
    isEnabled: valueAt(answer, 'status') !== 'disabled',
    apiVersion: null,
    owner: null,
    secret: textAt(answer, 'signing_secret'),
  }
}
