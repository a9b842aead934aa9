/**
 * Calls that the server's own code makes, as `fetch` would make them: to the API's host alone, with
 * its key, tried again where that can do no harm. The allow-list and the budgets are for clients.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { HooklineError } from '../base/errors.ts'
import type { Api } from './api.ts'
import { forward, type Outgoing } from './forward.ts'
import { type HeaderPairs, mayPass } from './headers.ts'
import { type CallProxy, findApi } from './proxy.ts'
import { openRecord } from './record.ts'
import { retryWaitMs, type Tried } from './retry.ts'
import { readTarget } from './target.ts'
import { forgetToken } from './token-exchange.ts'
import { bodyTooLarge, readUpload } from './upload.ts'

export interface CallInit extends RequestInit {
  /** The same for each repeat of one wish, such as `tx.idempotencyKey('charge')`. */
  readonly idempotencyKey?: string
  /** 1 tries once. Default 3. */
  readonly attempts?: number
}

const attemptsDefault = 3
const attemptsMax = 10
const safeMethods = ['GET', 'HEAD', 'PUT', 'DELETE']
/** As which the server's own calls are recorded. */
const ownSub = 'app'

/**
 * A call to an API, such as `/v1/balance`. Answers as the API answers, whatever its status.
 * @throws HooklineError `api_unknown`, `call_path_invalid`, and what `forward` throws.
 */
export async function callFromCode(
  proxy: CallProxy,
  { api: name, path, init = {} }: { api: string; path: string; init?: CallInit | undefined },
): Promise<Response> {
  const api = findApi(proxy.apis, name)
  const { idempotencyKey, attempts = attemptsDefault, ...requestInit } = init
  const request = new Request(new URL('/', api.baseUrl), requestInit)
  const { idempotencyHeader } = api.declaration
  if (idempotencyHeader !== undefined && !safeMethods.includes(request.method)) {
    const key = idempotencyKey ?? request.headers.get(idempotencyHeader) ?? randomUUID()
    request.headers.set(idempotencyHeader, key)
  }
  const isStream = requestInit.body instanceof ReadableStream
  const isSafe = safeMethods.includes(request.method) || idempotencyHeader !== undefined
  const tries = isSafe && !isStream ? Math.min(attempts, attemptsMax) : 1
  const body = isStream ? undefined : await wholeBody(request, api)
  for (let attempt = 1; ; attempt++) {
    const tried = await tryOnce(proxy, api, { request, path, body })
    const state = { attempt, random: proxy.random, nowMs: proxy.clock.now(), api }
    const waitMs = attempt < tries ? retryWaitMs(tried, state) : undefined
    if (waitMs === undefined) return answerOf(tried)
    if (tried.response) await tried.response.body?.cancel()
    await pause(waitMs, undefined, { signal: request.signal })
  }
}

/**
 * A `fetch` for a company's own SDK: whatever key the SDK was given is replaced. It calls no other
 * host, and leaves trying again to the SDK.
 */
export function fetchForApi(proxy: CallProxy, name: string): typeof globalThis.fetch {
  const api = findApi(proxy.apis, name)
  return async (input, init) => {
    const request = new Request(input, init)
    const path = pathBelow(api, new URL(request.url))
    return answerOf(await tryOnce(proxy, api, { request, path, body: undefined }))
  }
}

interface CodeRequest {
  readonly request: Request
  readonly path: string
  /** Undefined where the body of the request is streamed. */
  readonly body: Uint8Array | null | undefined
}

async function tryOnce(
  proxy: CallProxy,
  api: Api,
  { request, path, body }: CodeRequest,
): Promise<Tried> {
  const [pathname = '', query] = path.split(/\?(.*)/s)
  const target = readTarget(pathname, query ? `?${query}` : '')
  const { method, signal } = request
  const record = openRecord(proxy, { api: api.name, sub: ownSub, method, path: target.path })
  const { requestBytesMax, idleMs } = api.limits
  const upload = { bytesMax: requestBytesMax, idleMs, onBytes: record.addSent }
  if (body) record.addSent(body.byteLength)
  const outgoing: Outgoing = {
    method,
    target,
    headers: headersOf(request, api),
    body: body ?? (body === undefined && request.body ? readUpload(request.body, upload) : null),
    signal,
  }
  try {
    const response = await forward(proxy.keys, api, outgoing, record)
    if (response.status === 401) forgetToken(proxy.keys.tokens, api)
    return { response, error: undefined }
  } catch (error) {
    return { response: undefined, error }
  }
}

function answerOf({ response, error }: Tried): Response {
  if (response) return response
  throw error
}

async function wholeBody(request: Request, { limits }: Api): Promise<Uint8Array | null> {
  if (!request.body) return null
  const body = new Uint8Array(await request.arrayBuffer())
  if (body.byteLength > limits.requestBytesMax) throw bodyTooLarge(limits.requestBytesMax)
  return body
}

function headersOf({ headers }: Request, { declaration }: Api): HeaderPairs {
  const passed = [...headers].filter(([name]) => mayPass(name, declaration))
  const defaults = Object.entries(declaration.defaultHeaders ?? {})
  return [
    ...defaults.filter(([name]) => !headers.has(name)),
    ...passed,
    ['user-agent', 'hookline'],
    ['accept-encoding', 'identity'],
  ]
}

/** The SDK's own idea of the API's address is as good as the one that is set. */
function pathBelow({ name, baseUrl, declaration }: Api, url: URL): string {
  const declared = [declaration.baseUrl].flatMap((base) =>
    typeof base === 'string' ? base : [base.test, base.live],
  )
  const bases = [baseUrl, ...declared.map((base) => new URL(base))]
  const base = bases.find(({ origin, pathname }) => {
    const folder = pathname.replace(/\/?$/, '/')
    return url.origin === origin && url.pathname.startsWith(folder)
  })
  if (base) return url.pathname.slice(base.pathname.replace(/\/$/, '').length) + url.search
  throw new HooklineError(
    'egress_refused',
    `fetchFor('${name}') was to call ${url.host}, which is not the address of that API. The SDK ` +
      'likely has an address of its own set. Give it the one of the API.',
  )
}
