/** Looks at the provider: which endpoints are ours, and how they differ from what the app wants. */
import { HooklineError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import { valueAt } from '../base/json.ts'
import type {
  EndpointApi,
  RemoteEndpoint,
  WantedEndpoint,
} from '../providers/connect/declaration.ts'
import type { Connection } from '../storage/connections.ts'
import { type AskTarget, ask } from './ask.ts'
import { type Drift, driftOf, type Ours, oursAmong } from './drift.ts'
import type { ConnectParts } from './parts.ts'
import {
  type ConnectOptions,
  type ConnectSource,
  checkApiBase,
  endpointsOf,
  placeOf,
  wantedTypes,
} from './target.ts'

const remoteEndpointsMax = 200

export interface Survey {
  readonly endpoints: EndpointApi
  readonly target: AskTarget
  readonly connection: Connection
  readonly wanted: WantedEndpoint
  readonly ours: Ours
  readonly drift: readonly Drift[]
}

export async function survey(
  parts: ConnectParts,
  source: ConnectSource,
  options: ConnectOptions,
): Promise<Survey> {
  const { endpoints, api } = endpointsOf(source)
  const target = { api, mode: source.mode, baseUrl: checkApiBase(options.apiBase, source.mode) }
  const connection = await begin(parts, source)
  const wanted: WantedEndpoint = {
    url: urlOf(source, options),
    types: wantedTypes(source, endpoints),
    owner: connection.id,
    source: source.name,
    secret: source.secretOrigin === 'dev' ? undefined : source.secrets[0],
    place: placeOf(endpoints, options.place ?? connection.place ?? undefined),
  }
  const remote = await listed(parts, { target, endpoints, wanted })
  const { isMarked, apiVersion } = endpoints
  const found = oursAmong(remote, { connection, url: wanted.url, isMarked })
  const isAdopted = !found.current && found.foreign !== undefined && (await isProven(parts, source))
  const ours = isAdopted ? { ...found, current: found.foreign } : found
  const look = { target, endpoints, connection, wanted, source }
  const isSecretKnown = isAdopted || (await knowsSecret(parts, look, ours.current))
  return { ...look, ours, drift: driftOf(ours, { wanted, apiVersion, isSecretKnown }) }
}

/** Its id is written down before the endpoint is made that bears it. */
export async function begin(parts: ConnectParts, source: ConnectSource): Promise<Connection> {
  const known = await parts.storage.connection(source.name, source.mode)
  if (known) return known
  return await parts.storage.saveConnection({
    ...{ source: source.name, mode: source.mode, id: newId('src', parts.clock.now()) },
    ...{ keyMark: null, endpointId: null, secretMark: null, place: null, endpointAt: null },
  })
}

interface Look {
  readonly endpoints: EndpointApi
  readonly target: AskTarget
  readonly wanted: WantedEndpoint
}

async function listed(parts: ConnectParts, look: Look): Promise<RemoteEndpoint[]> {
  const { endpoints, target, wanted } = look
  const answer = await ask(parts.call, target, endpoints.list(wanted.place))
  const list = endpoints.listAt === '' ? answer : valueAt(answer, endpoints.listAt)
  if (!Array.isArray(list)) throw notUnderstood(target)
  return list.slice(0, remoteEndpointsMax).flatMap((item) => endpoints.read(item) ?? [])
}

/** An endpoint made by hand whose secret the source has: events of it were verified. */
async function isProven({ storage }: ConnectParts, source: ConnectSource): Promise<boolean> {
  const isSet = source.secrets.length > 0 && source.secretOrigin !== 'dev'
  return isSet && (await storage.lastEvent(source.name)) !== undefined
}

async function knowsSecret(
  parts: ConnectParts,
  look: Look & { readonly connection: Connection; readonly source: ConnectSource },
  current: RemoteEndpoint | undefined,
): Promise<boolean> {
  const { endpoints, connection, source } = look
  if (!current) return true
  if (endpoints.secret === 'readable') {
    const secret = current.secret ?? (await shownSecret(parts, look, current.id))
    return secret !== undefined && source.secrets.includes(secret)
  }
  if (connection.endpointId !== current.id || connection.secretMark === null) return false
  return source.secrets.some((secret) => parts.vault.fingerprint(secret) === connection.secretMark)
}

/** The secret of an endpoint whose provider shows it at any time. */
export async function shownSecret(
  parts: ConnectParts,
  { endpoints, target, wanted }: Look,
  id: string,
): Promise<string | undefined> {
  const request = endpoints.show?.(id, wanted.place)
  if (!request) return undefined
  return endpoints.read(await ask(parts.call, target, request))?.secret
}

export function notUnderstood({ api }: AskTarget): HooklineError {
  return new HooklineError(
    'endpoint_refused',
    `${api.title} answered, and not as its API does. Another program likely answers at that ` +
      'address, or the API has changed. Check the address, or make the endpoint by hand.',
  )
}

function urlOf({ name }: ConnectSource, { url }: ConnectOptions): string {
  if (url !== undefined) return url
  throw new HooklineError(
    'config_invalid',
    `Nobody knows where the provider is to send the events of '${name}'. HOOKLINE_PUBLIC_URL is ` +
      'not set. Set it to the address at which the internet reaches this server, or give it with ' +
      '--public-url.',
  )
}
