/** The webhook endpoint: made at the provider by the server, with what was found put right. */
import type { ConnectedEndpoint } from '../../client/admin.ts'
import { type Connecting, say, sayDone } from './connecting.ts'

const typesShownMax = 20

export async function makeEndpoint(connecting: Connecting): Promise<void> {
  const { api, view, given } = connecting
  const endpoint = await api.connect.ensure(view.source, given)
  connecting.endpoint = endpoint
  for (const { detail } of endpoint.repaired) say(connecting, `      found: ${detail}`)
  sayDone(connecting, `${saidOf(endpoint)}: ${endpoint.endpointId}, which sends to ${endpoint.url}`)
  const version = endpoint.apiVersion === null ? '' : `, API version ${endpoint.apiVersion}`
  say(connecting, `      event types: ${typesOf(endpoint.types)}${version}`)
  sayDone(connecting, `the source '${view.source}' has its signing secret`)
}

function saidOf({ did }: ConnectedEndpoint): string {
  switch (did) {
    case 'created':
      return 'the endpoint was made'
    case 'kept':
      return 'the endpoint is there'
    case 'changed':
      return 'the endpoint was changed'
    case 'replaced':
      return 'another endpoint took the place of the one before'
  }
}

function typesOf(types: readonly string[]): string {
  const more = types.length - typesShownMax
  const shown = types.slice(0, typesShownMax).join(', ')
  return more > 0 ? `${shown} and ${more} more` : shown
}
