/**
 * Which headers pass, either way: those on a list and no others. So no cookie, no address of the
 * caller, no header that speaks of the connection and none that names another key gets across.
 */
import type { ApiDeclaration } from '../providers/apis/declaration.ts'

const requestHeaders = ['accept', 'accept-language', 'content-type', 'content-language']
const responseHeaders = [
  'content-type',
  'content-length',
  'content-language',
  'content-disposition',
  'content-range',
  'etag',
  'last-modified',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'request-id',
  'x-request-id',
]

/** What the proxy says itself, or what must not be said at all. */
const neverPassing = new Set([
  'accept-encoding',
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'cookie',
  'cookie2',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'origin',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'via',
  'x-method-override',
  'x-real-ip',
])
const neverPassingBeginnings = /^(proxy|sec|x-forwarded|x-original|x-rewrite|x-http-method)-/
const headerName = /^[a-z0-9!#$&'*+.^_`|~-]+$/

export interface PassingHeaders {
  readonly request: ReadonlySet<string>
  /** Whole names, or a beginning before a `*`. */
  readonly response: readonly string[]
}

export function passingHeaders(api: ApiDeclaration, more: readonly string[] = []): PassingHeaders {
  const { requestHeaders: own = [], responseHeaders: answered = [], idempotencyHeader } = api
  const key = idempotencyHeader === undefined ? [] : [idempotencyHeader]
  return {
    request: new Set([...requestHeaders, ...own, ...key, ...more]),
    response: [...responseHeaders, ...answered],
  }
}

/** Whether an app may let this header pass. */
export function mayPass(name: string, { auth }: ApiDeclaration): boolean {
  const isCredential = auth.kind === 'header' && auth.header.toLowerCase() === name
  return headerName.test(name) && !isCredential && !isNeverPassing(name)
}

function isNeverPassing(name: string): boolean {
  return neverPassing.has(name) || neverPassingBeginnings.test(name)
}

export type HeaderPairs = [name: string, value: string][]

/** What goes to the API of what the caller sent. */
export function requestHeadersOf(
  sent: Headers,
  passing: PassingHeaders,
  { defaultHeaders = {} }: ApiDeclaration,
): HeaderPairs {
  const passed = [...sent].filter(([name]) => passing.request.has(name))
  const given = new Set(passed.map(([name]) => name))
  const defaults = Object.entries(defaultHeaders).filter(([name]) => !given.has(name))
  return [
    ...passed,
    ...defaults,
    ['user-agent', 'hookline'],
    // What is compressed can not be searched for the key, and may unpack to any size.
    ['accept-encoding', 'identity'],
  ]
}

/** What goes to the caller of what the API answered, each value as `scrub` leaves it. */
export function answerHeadersOf(
  received: Headers,
  { response }: PassingHeaders,
  scrub: (value: string) => string,
): Headers {
  const headers = new Headers()
  for (const [name, value] of received) {
    if (response.some((listed) => isListed(listed, name))) headers.append(name, scrub(value))
  }
  headers.set('cache-control', 'private, no-store')
  // The answer comes from the app's own origin, where a page of the API's must not run.
  headers.set('x-content-type-options', 'nosniff')
  headers.set('content-security-policy', "sandbox; default-src 'none'")
  return headers
}

function isListed(listed: string, name: string): boolean {
  return listed.endsWith('*') ? name.startsWith(listed.slice(0, -1)) : name === listed
}
