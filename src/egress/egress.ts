/**
 * The only place in the server that opens an outgoing connection. It connects to public addresses
 * alone, and to exactly the address that it checked; it follows no redirect, reads no proxy from
 * the environment, unpacks nothing, and has a limit for everything.
 */
import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import type { Agent, request } from 'undici'
import { HooklineError } from '../base/errors.ts'
import { addressRule, type IsAllowed } from './addresses.ts'
import { limitBody } from './limited-body.ts'

export interface EgressOptions {
  /** Addresses and ranges allowed although they are not public. For tests and the sandbox. */
  readonly allowAddresses?: readonly string[]
  /** Whether `http:` is allowed too. For tests and the sandbox. */
  readonly allowHttp?: boolean
  /** From the call to the last byte of the answer. Default 10,000. */
  readonly timeoutMs?: number
  /** Default 1 MiB. */
  readonly responseBytesMax?: number
  /** PEM certificates to trust in place of the system's. For tests. */
  readonly trustedRoots?: readonly string[]
  /** Default: the system's. For tests. */
  readonly resolve?: (hostname: string) => Promise<readonly HostAddress[]>
}

export interface HostAddress {
  readonly address: string
  readonly family: number
}

export type Fetch = typeof globalThis.fetch

export const timeoutMsDefault = 10_000
export const responseBytesMaxDefault = 1_048_576
const responseHeaderBytesMax = 16_384
const connectionsPerHostMax = 16
/**
 * An address that was right may belong to somebody else later: connections are not kept for long.
 */
const keepAliveMs = 4_000

interface Egress {
  readonly send: Send
  readonly rule: UrlRule
  readonly timeoutMs: number
  readonly responseBytesMax: number
}

/**
 * Makes a function of the shape of `fetch`. What it refuses or can not do, it throws.
 * @throws HooklineError `egress_refused` or `egress_failed`, from the call or from reading the
 * body.
 * @example const fetch = newEgress(); const answer = await fetch('https://example.com/keys')
 */
export function newEgress(options: EgressOptions = {}): Fetch {
  const timeoutMs = options.timeoutMs ?? timeoutMsDefault
  const egress: Egress = {
    send: newSend(options, { connectMs: timeoutMs, firstByteMs: timeoutMs, idleMs: timeoutMs }),
    rule: newUrlRule(options),
    timeoutMs,
    responseBytesMax: options.responseBytesMax ?? responseBytesMaxDefault,
  }
  return (input, init) => call(egress, input, init)
}

/** The time limits of one connection, in milliseconds. */
export interface AgentLimits {
  readonly connectMs: number
  /** From the last byte sent to the headers of the answer. */
  readonly firstByteMs: number
  /** Between two pieces of the answer's body. */
  readonly idleMs: number
  /** At one time to one host; further calls wait. Default 16. */
  readonly connections?: number
}

type SendOptions = NonNullable<Parameters<typeof request>[1]>

/** Sends one request and gives the head of its answer, with the body to be read. */
export type Send = (url: URL, options: SendOptions) => ReturnType<typeof request>

/**
 * Over connections that are made to checked addresses alone. What makes them is loaded with the
 * first call: many a server makes none, and all of them should start at once.
 */
export function newSend(options: EgressOptions, limits: AgentLimits): Send {
  const load = async () => {
    const undici = await import('undici')
    const dispatcher = new undici.Agent(agentOptions(options, limits))
    return (url: URL, sent: SendOptions) => undici.request(url, { ...sent, dispatcher })
  }
  let loaded: ReturnType<typeof load> | undefined
  return async (url, sent) => {
    loaded ??= load()
    return await (await loaded)(url, sent)
  }
}

function agentOptions(options: EgressOptions, limits: AgentLimits): Agent.Options {
  const isAllowed = addressRule(options.allowAddresses)
  return {
    connections: limits.connections ?? connectionsPerHostMax,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    maxHeaderSize: responseHeaderBytesMax,
    headersTimeout: limits.firstByteMs,
    bodyTimeout: limits.idleMs,
    connect: {
      timeout: limits.connectMs,
      lookup: checkedLookup(options.resolve ?? resolveBySystem, isAllowed),
      ...(options.trustedRoots && { ca: [...options.trustedRoots] }),
    },
  }
}

/** What an address must be before it is connected to. */
export interface UrlRule {
  readonly isAllowed: IsAllowed
  readonly allowHttp: boolean
}

export function newUrlRule({ allowAddresses, allowHttp = false }: EgressOptions): UrlRule {
  return { isAllowed: addressRule(allowAddresses), allowHttp }
}

async function call(egress: Egress, ...[input, init]: Parameters<Fetch>): Promise<Response> {
  const request = readRequest(input, init)
  const url = new URL(request.url)
  checkUrl(egress.rule, url)
  const limit = AbortSignal.timeout(egress.timeoutMs)
  try {
    const answer = await egress.send(url, {
      method: request.method as 'GET', // undici's list of methods is shorter than the standard's
      headers: [...request.headers].flat(),
      body: request.body === null ? null : new Uint8Array(await request.arrayBuffer()),
      signal: AbortSignal.any([limit, request.signal]),
    })
    const headers = headersOf(answer.headers)
    const fault = faultOf(url, answer.statusCode, headers, egress.responseBytesMax)
    if (fault) {
      // Reading an unwanted body to its end is what a hostile server hopes for.
      answer.body.on('error', () => {}).destroy()
      throw fault
    }
    const body = limitBody(answer.body, egress.responseBytesMax, (error) => failure(url, error))
    const isEmpty = [204, 205, 304].includes(answer.statusCode)
    return new Response(isEmpty ? null : body, { status: answer.statusCode, headers })
  } catch (error) {
    throw failure(url, error)
  }
}

/** The standard's own reading of the arguments, which also refuses a user name in the URL. */
function readRequest(...[input, init]: Parameters<Fetch>): Request {
  try {
    return new Request(input, init)
  } catch (error) {
    const detail =
      'The address to call can not be used. It is likely no whole URL, or has a user name in it. ' +
      'Give one such as https://example.com/path.'
    throw new HooklineError('egress_refused', detail, { cause: error })
  }
}

/**
 * A literal address is never looked up, so it is checked here; names are checked when resolved.
 * @throws HooklineError `egress_refused`.
 */
export function checkUrl({ allowHttp, isAllowed }: UrlRule, url: URL): void {
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) {
    throw new HooklineError(
      'egress_refused',
      `${url.host || 'The address'} was to be called by ${url.protocol.slice(0, -1)}. Only https ` +
        'is allowed, so that nobody on the way reads or changes the answer. Use its https address.',
    )
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) && !isAllowed(host)) throw addressRefused(host)
}

async function resolveBySystem(hostname: string): Promise<readonly HostAddress[]> {
  return await systemLookup(hostname, { all: true })
}

/**
 * The addresses of a name, all of them allowed. The socket connects to what this returns and asks
 * nobody again: a name that changes its address between check and use (DNS rebinding) gains
 * nothing.
 */
function checkedLookup(
  resolve: NonNullable<EgressOptions['resolve']>,
  isAllowed: IsAllowed,
): LookupFunction {
  return (hostname, options, callback) => {
    const done = (addresses: readonly HostAddress[]) => {
      const refused = addresses.find(({ address }) => !isAllowed(address))
      const [first] = addresses
      if (refused || !first) return callback(addressRefused(hostname), '', 0)
      if (options.all) callback(null, [...addresses])
      else callback(null, first.address, first.family)
    }
    resolve(hostname).then(done, (error) => callback(error, '', 0))
  }
}

function addressRefused(host: string): HooklineError {
  return new HooklineError(
    'egress_refused',
    `${host} is or leads to an address that is not of the public internet. It is likely a name ` +
      'inside your network, or a trap that wants to be fetched from there. Use a public address.',
  )
}

export function headersOf(raw: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(raw)) {
    for (const value of [values].flat()) headers.append(name, value)
  }
  return headers
}

/** What is refused before a byte of the body is read. */
export function faultOf(
  url: URL,
  status: number,
  headers: Headers,
  bytesMax: number,
): HooklineError | undefined {
  if (headers.has('location') && status >= 300 && status < 400) {
    return new HooklineError(
      'egress_refused',
      `${url.host} answered with a redirect, which is not followed: it could lead anywhere. The ` +
        'address is likely an old one. Use the one that it redirects to.',
    )
  }
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') {
    return new HooklineError(
      'egress_failed',
      `${url.host} answered compressed, which was not asked for and is not unpacked: a small ` +
        'answer can unpack to any size. Have it answer as it is.',
    )
  }
  return Number(headers.get('content-length') ?? 0) > bytesMax ? tooLarge(url) : undefined
}

function tooLarge(url: URL): HooklineError {
  const detail =
    `${url.host} answered with more than the limit of this call. It is likely not what was to be ` +
    'called. Check the address.'
  return new HooklineError('egress_failed', detail)
}

export function failure(url: URL, error: unknown): HooklineError {
  if (error instanceof HooklineError) return error
  if (error instanceof RangeError) return tooLarge(url)
  const isLate = error instanceof DOMException || isOfUndici(error)
  const why = isLate
    ? 'It took too long, was aborted, or broke the protocol or a limit of its headers.'
    : 'It is likely down, or its name or certificate is not valid.'
  const detail = `${url.host} could not be called. ${why} See the cause; it may be tried again.`
  return new HooklineError('egress_failed', detail, { cause: error })
}

function isOfUndici(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('UND_')
}
