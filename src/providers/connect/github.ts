/**
 * Connecting to GitHub: a webhook of one repository.
 * Specification: https://docs.github.com/en/rest/repos/webhooks
 */
import { valueAt } from '../../base/json.ts'
import type { ConnectDeclaration, RemoteEndpoint, WantedEndpoint } from './declaration.ts'
import { textAt, textsAt } from './read.ts'

export const githubConnect: ConnectDeclaration = {
  provider: 'github',
  signUpUrl: 'https://github.com/signup',
  keySteps: [
    'Open https://github.com/settings/personal-access-tokens/new.',
    'Choose the repository, and give the token the permission Webhooks: read and write.',
  ],
  endpointSteps: [
    'Open Settings, Webhooks of the repository or the organization, and choose Add webhook.',
    'Paste the URL {url}, and choose the content type application/json.',
    'Enter a long random secret, and give the same to `hookline keys set {secret}`.',
    'Choose these events: {types}.',
  ],
  isSecretChosen: true,
  endpoints: {
    secret: 'chosen',
    place: {
      title: 'repository',
      example: 'octocat/hello-world',
      pattern: /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/,
    },
    allTypes: '*',
    unaskedTypes: ['ping'],
    isMarked: false,
    listAt: '',
    list: (place) => ({ method: 'GET', path: `${hooks(place)}?per_page=100` }),
    read,
    create: (wanted) => ({
      method: 'POST',
      path: hooks(wanted.place),
      json: { name: 'web', ...bodyOf(wanted) },
    }),
    // The secret is in it each time: GitHub takes the secret away where it is left out.
    update: (id, wanted) => ({
      method: 'PATCH',
      path: hook(id, wanted.place),
      json: bodyOf(wanted),
    }),
    remove: (id, place) => ({ method: 'DELETE', path: hook(id, place) }),
    ping: (id, place) => ({ method: 'POST', path: `${hook(id, place)}/pings` }),
  },
}

function hooks(place: string): string {
  return `/repos/${place}/hooks`
}

function hook(id: string, place: string): string {
  return `${hooks(place)}/${encodeURIComponent(id)}`
}

function bodyOf({ url, types, secret }: WantedEndpoint): object {
  return {
    active: true,
    events: types,
    config: { url, content_type: 'json', insecure_ssl: '0', secret },
  }
}

function read(answer: unknown): RemoteEndpoint | undefined {
  const id = textAt(answer, 'id')
  if (id === undefined || valueAt(answer, 'name') !== 'web') return undefined
  return {
    id,
    url: textAt(answer, 'config.url') ?? '',
    types: textsAt(answer, 'events'),
    isEnabled: valueAt(answer, 'active') === true,
    apiVersion: null,
    owner: null,
  }
}
