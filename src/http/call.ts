/**
 * `ANY /call/:api/*`: an API's answer to a client that never sees the key. The client shows a token
 * in `Authorization`, never in the address and never as a cookie; a page must be of this server or
 * of an origin that is listed.
 */
import { HooklineError } from '../base/errors.ts'
import { type Caller, callForClient } from '../proxy/proxy.ts'
import { readToken } from '../realtime/access.ts'
import { isSameOrigin } from './auth/origin.ts'
import { callRefusal } from './call-refusal.ts'
import type { Served } from './served.ts'

export const callPrefix = '/call/'
const maxAgeSeconds = 7_200
const preflightHeadersMax = 2_048

type Calls = Pick<Served, 'access' | 'calls' | 'log'>

/** Whether a path is that of a call: under `/call/`, or where an API is mounted. */
export function isCallPath({ proxy }: Served['calls'], pathname: string): boolean {
  return pathname.startsWith(callPrefix) || mountedAt(proxy, pathname) !== undefined
}

export async function serveCall(served: Calls, request: Request): Promise<Response> {
  const cors = corsHeaders(served, request)
  const response = await answer(served, request, cors).catch((error) =>
    callRefusal(error, served.log),
  )
  const exposed = [...response.headers.keys()].join(', ')
  for (const [name, value] of Object.entries(cors ?? {})) response.headers.set(name, value)
  if (cors) response.headers.set('access-control-expose-headers', exposed)
  response.headers.append('vary', 'Origin')
  return response
}

async function answer(
  served: Calls,
  request: Request,
  cors: CorsHeaders | undefined,
): Promise<Response> {
  if (!cors && request.headers.has('origin')) throw originRefused()
  if (request.method === 'OPTIONS') return preflight(request)
  const url = new URL(request.url)
  const caller = await callerOf(served, request)
  return await callForClient(served.calls.proxy, {
    ...pathOf(served.calls, url.pathname),
    caller,
    method: request.method,
    search: url.search,
    headers: request.headers,
    body: request.body,
    signal: request.signal,
  })
}

type CorsHeaders = Readonly<Record<string, string>>

/** Undefined where the page that asks may not read the answer, or where no page asks. */
function corsHeaders({ calls }: Calls, request: Request): CorsHeaders | undefined {
  const origin = request.headers.get('origin')
  if (origin === null) return undefined
  const isListed = calls.origins.includes(origin)
  return isListed || isSameOrigin(request) ? { 'access-control-allow-origin': origin } : undefined
}

/** What is not on an API's list is dropped later, so any header may be asked for here. */
function preflight({ headers }: Request): Response {
  const asked = headers.get('access-control-request-headers') ?? 'authorization'
  const isPlain = asked.length <= preflightHeadersMax && /^[\w\s,.!#$&'*+^`|~-]+$/.test(asked)
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': isPlain ? asked : 'authorization, content-type',
      'access-control-max-age': String(maxAgeSeconds),
    },
  })
}

async function callerOf({ access }: Calls, { headers }: Request): Promise<Caller> {
  const token = /^Bearer +([\w.-]+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  return await readToken(access, token ?? '')
}

function pathOf({ proxy }: Served['calls'], pathname: string): { api: string; path: string } {
  const mounted = mountedAt(proxy, pathname)
  if (mounted !== undefined) return { api: mounted, path: pathname }
  const rest = pathname.slice(callPrefix.length)
  const slash = rest.indexOf('/')
  return slash < 0
    ? { api: rest, path: '/' }
    : { api: rest.slice(0, slash), path: rest.slice(slash) }
}

function mountedAt({ apis }: Served['calls']['proxy'], pathname: string): string | undefined {
  for (const { name, mount } of apis.values()) {
    if (mount !== undefined && pathname.startsWith(`${mount}/`)) return name
  }
  return undefined
}

function originRefused(): HooklineError {
  return new HooklineError(
    'origin_refused',
    'The call came from a page of another site. Only pages of this server may call, and those of ' +
      'the origins that the app lists. Add the origin to `callOrigins` if the page is yours.',
  )
}
