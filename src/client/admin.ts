/**
 * The admin API, typed: `hookline/client/admin`. For the CLI, the dashboard and servers of the
 * application; the admin key must never reach a browser, where the dashboard's session takes its
 * place.
 */
import { connecting } from './admin-connect.ts'
import { operations } from './admin-operations.ts'
import { practising } from './admin-sandbox.ts'
import { toApiError, unreachable } from './api-error.ts'
import { urlOf } from './live-path.ts'
import type * as wire from './wire.ts'

export type { LogQuery, SeriesQuery } from './admin-operations.ts'
export { ApiError } from './api-error.ts'
export type * from './wire.ts'

export const requestMsMax = 30_000

export interface AdminOptions {
  /**
   * The admin key. Without one the request carries the cookies of the page that it is made from.
   */
  readonly key?: string
  readonly fetch?: typeof globalThis.fetch
}

export interface RequestOptions {
  readonly query?: object
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

export interface WriteOptions {
  /** The version that the document must have; the answer is 412 where it has another. */
  readonly ifVersion?: number
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Send = <T>(method: Method, path: string, options?: RequestOptions) => Promise<T>

export type Admin = ReturnType<typeof admin>

/**
 * @throws ApiError from every method, with the server's problem document.
 * @example const { data } = await admin('http://127.0.0.1:4600', { key }).events.list({ status:
 * 'failed' })
 */
export function admin(baseUrl: string, options: AdminOptions = {}) {
  const send: Send = (method, path, request) =>
    sendRequest(options, method, urlOf(baseUrl, '/api/v1', path), request)
  return {
    sources: sources(send),
    connect: connecting(send),
    events: events(send),
    deliveries: deliveries(send),
    replays: replays(send),
    documents: documents(send),
    rejections: {
      list: (query?: wire.RejectionFilter & wire.PageQuery) =>
        send<wire.List<wire.RejectionView>>('GET', 'rejections', { query: query ?? {} }),
    },
    calls: {
      list: (query?: wire.CallFilter & wire.PageQuery) =>
        send<wire.List<wire.CallView>>('GET', 'calls', { query: query ?? {} }),
      get: (id: string) => send<wire.CallView>('GET', `calls/${id}`),
    },
    tokens: {
      create: (token: wire.NewToken) => send<wire.TokenView>('POST', 'tokens', { body: token }),
    },
    keys: keys(send),
    adminKeys: adminKeys(send),
    audit: audit(send),
    /** Of one mode, or of both. */
    stats: (query: { readonly mode?: wire.Mode } = {}) =>
      send<wire.StatsView>('GET', 'stats', { query }),
    ...operations(send),
    ...practising(send),
    /** Any route that has no method here; the path is relative to `/api/v1`. */
    request: send,
  }
}

function sources(send: Send) {
  return {
    list: (query?: wire.PageQuery) =>
      send<wire.List<wire.SourceView>>('GET', 'sources', { query: query ?? {} }),
    get: (name: string) => send<wire.SourceView>('GET', `sources/${name}`),
  }
}

function events(send: Send) {
  return {
    list: (query?: wire.EventFilter & wire.PageQuery) =>
      send<wire.List<wire.EventView>>('GET', 'events', { query: query ?? {} }),
    get: (id: string) => send<wire.EventDetail>('GET', `events/${id}`),
    /** To all of its handlers, or to those named. */
    replay: (id: string, handlers?: readonly string[]) =>
      send<wire.EventReplayed>('POST', `events/${id}/replay`, {
        body: handlers ? { handlers } : {},
      }),
  }
}

function deliveries(send: Send) {
  return {
    list: (query?: wire.DeliveryFilter & wire.PageQuery) =>
      send<wire.List<wire.DeliveryView>>('GET', 'deliveries', { query: query ?? {} }),
    get: (id: string) => send<wire.DeliveryDetail>('GET', `deliveries/${id}`),
    retry: (id: string) => send<wire.DeliveryView>('POST', `deliveries/${id}/retry`),
    cancel: (id: string) => send<wire.DeliveryView>('POST', `deliveries/${id}/cancel`),
  }
}

function replays(send: Send) {
  return {
    list: (query?: wire.PageQuery) =>
      send<wire.List<wire.ReplayView>>('GET', 'replays', { query: query ?? {} }),
    get: (id: string) => send<wire.ReplayView>('GET', `replays/${id}`),
    create: (replay: wire.NewReplay) => send<wire.ReplayView>('POST', 'replays', { body: replay }),
    /** How many events the replay would take; makes none. */
    count: (replay: wire.NewReplay) =>
      send<wire.ReplayCount>('POST', 'replays', { body: { ...replay, dryRun: true } }),
    cancel: (id: string) => send<wire.ReplayView>('POST', `replays/${id}/cancel`),
    pause: (id: string) => send<wire.ReplayView>('POST', `replays/${id}/pause`),
    resume: (id: string) => send<wire.ReplayView>('POST', `replays/${id}/resume`),
  }
}

function documents(send: Send) {
  return {
    list: (query?: wire.PageQuery & { readonly prefix?: string }) =>
      send<wire.List<wire.DocumentView>>('GET', 'documents', { query: query ?? {} }),
    get: (path: string) => send<wire.DocumentView>('GET', `documents/${path}`),
    put: (path: string, data: wire.JsonObject, options?: WriteOptions) =>
      send<wire.DocumentView>('PUT', `documents/${path}`, {
        body: data,
        headers: ifMatch(options),
      }),
    delete: (path: string, options?: WriteOptions) =>
      send<void>('DELETE', `documents/${path}`, { headers: ifMatch(options) }),
  }
}

function keys(send: Send) {
  const path = (name: string) => `keys/${encodeURIComponent(name)}`
  return {
    list: (query?: wire.PageQuery) =>
      send<wire.List<wire.KeyView>>('GET', 'keys', { query: query ?? {} }),
    set: (name: string, body: wire.NewKey) => send<wire.KeyView>('PUT', path(name), { body }),
    rotate: (name: string, body: wire.KeyRotation) =>
      send<wire.KeyView>('POST', `${path(name)}/rotate`, { body }),
    remove: (name: string, query?: { readonly mode?: wire.Mode }) =>
      send<void>('DELETE', path(name), { query: query ?? {} }),
  }
}

function adminKeys(send: Send) {
  return {
    list: (query?: wire.PageQuery) =>
      send<wire.List<wire.AdminKeyView>>('GET', 'admin-keys', { query: query ?? {} }),
    /** The answer is the only place that has the key. */
    create: (body: wire.NewAdminKey) =>
      send<wire.AdminKeyView & { readonly key: string }>('POST', 'admin-keys', { body }),
    revoke: (id: string) => send<void>('DELETE', `admin-keys/${encodeURIComponent(id)}`),
  }
}

function audit(send: Send) {
  return {
    list: (query?: wire.AuditFilter & wire.PageQuery) =>
      send<wire.List<wire.AuditView>>('GET', 'audit', { query: query ?? {} }),
    /** `head`: `<seq>:<hash>` of an earlier check. */
    verify: (query?: { readonly head?: string }) =>
      send<wire.AuditCheck>('GET', 'audit/verify', { query: query ?? {} }),
  }
}

function ifMatch({ ifVersion }: WriteOptions = {}): Record<string, string> {
  return ifVersion === undefined ? {} : { 'if-match': String(ifVersion) }
}

async function sendRequest<T>(
  { key, fetch = globalThis.fetch }: AdminOptions,
  method: Method,
  url: string,
  { query = {}, body, headers = {} }: RequestOptions = {},
): Promise<T> {
  const init: RequestInit = { method, signal: AbortSignal.timeout(requestMsMax) }
  init.headers = { accept: 'application/json', ...headers }
  if (key !== undefined) init.headers.authorization = `Bearer ${key}`
  if (body !== undefined) {
    init.headers['content-type'] = 'application/json'
    init.body = JSON.stringify(body)
  }
  const { status, ok, text } = await exchange(fetch, url + queryText(query), init)
  const answer = ok ? parseAnswer(text) : undefined
  if (answer === undefined) throw toApiError(text, status, url)
  return answer.value as T // the server and wire.ts are of one version
}

async function exchange(fetch: typeof globalThis.fetch, url: string, init: RequestInit) {
  try {
    const response = await fetch(url, init)
    return { status: response.status, ok: response.ok, text: await response.text() }
  } catch (cause) {
    throw unreachable(url, cause)
  }
}

function queryText(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}

/** Undefined where the text is not JSON; an empty one holds no value. */
function parseAnswer(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: text === '' ? undefined : JSON.parse(text) }
  } catch {
    return undefined
  }
}
