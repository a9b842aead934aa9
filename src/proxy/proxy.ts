/**
 * Calls that clients make: judged, made with a key that the caller never sees, streamed through and
 * written down. It looks neither at tokens nor at routes: whose call it is, it is told.
 */
import type { Clock } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Mode } from '../base/mode.ts'
import type { Random } from '../base/random.ts'
import type { CallBudget } from '../providers/apis/declaration.ts'
import type { Api, Apis } from './api.ts'
import { BudgetSpent, type Budgets, beginSpending } from './budget.ts'
import type { CallLog } from './call-log.ts'
import type { CredentialSource } from './credential.ts'
import { forward, type Outgoing } from './forward.ts'
import { requestHeadersOf } from './headers.ts'
import { isAllowed } from './policy.ts'
import { type CallRecord, openRecord } from './record.ts'
import { readTarget, type Target } from './target.ts'
import { forgetToken } from './token-exchange.ts'
import { bodyTooLarge, readUpload } from './upload.ts'

export interface CallProxy {
  readonly apis: Apis
  /** Of the keys that it calls with. */
  readonly mode: Mode
  readonly keys: CredentialSource
  readonly budgets: Budgets
  readonly calls: CallLog
  readonly clock: Clock
  readonly log: Log
  /** For jitter. */
  readonly random: Random
}

/** Whom a token is for, and which APIs it names. */
export interface Caller {
  readonly sub: string
  readonly apis: ReadonlyMap<string, CallBudget>
}

export interface IncomingCall {
  readonly caller: Caller
  readonly api: string
  readonly method: string
  /** Encoded, as it came, with its first slash. */
  readonly path: string
  readonly search: string
  readonly headers: Headers
  readonly body: ReadableStream<Uint8Array> | null
  /** Aborted where the caller leaves. */
  readonly signal: AbortSignal
}

/**
 * @throws HooklineError `token_forbidden`, `api_unknown`, `call_path_invalid`, `call_refused`,
 * `call_limit_reached`, `body_too_large`, `content_encoding_unsupported`, `api_key_refused`, and
 * what `forward` throws.
 */
export async function callForClient(proxy: CallProxy, incoming: IncomingCall): Promise<Response> {
  const budget = grantedBudget(incoming)
  const api = findApi(proxy.apis, incoming.api)
  const record = openRecord(proxy, { ...incoming, sub: incoming.caller.sub })
  try {
    const target = readTarget(incoming.path, incoming.search)
    checkAllowed(api, incoming, target)
    const length = announcedLength(api, incoming)
    record.spending = beginSpending(
      proxy.budgets,
      { api: api.name, sub: incoming.caller.sub },
      { ...api.budget, ...budget },
    )
    const outgoing = outgoingOf(api, incoming, { target, length, record })
    const response = await forward(proxy.keys, api, outgoing, record)
    return response.status === 401 ? await refuseKey(proxy, api, response, record) : response
  } catch (error) {
    record.end(error instanceof BudgetSpent ? 'limited' : 'refused')
    throw concealed(proxy, api, error)
  }
}

/** Told before whether there is such an API: who may not call it need not know. */
function grantedBudget({ caller, api }: IncomingCall): CallBudget {
  const budget = caller.apis.get(api)
  if (budget) return budget
  throw new HooklineError(
    'token_forbidden',
    'The token does not allow this API. It was likely made for reading, or for another one. ' +
      'Ask your server for a token whose `apis` name it.',
  )
}

export function findApi(apis: Apis, name: string): Api {
  const api = apis.get(name)
  if (api) return api
  const known = [...apis.keys()].join(', ')
  throw new HooklineError(
    'api_unknown',
    `No API is named '${name.slice(0, 63)}'. The name is misspelt, or the API is not in ` +
      `hookline({ apis }). There are: ${known === '' ? 'none' : known}.`,
  )
}

function checkAllowed(api: Api, { method }: IncomingCall, { segments, search }: Target): void {
  if (!isAllowed(api.rules, method, segments)) {
    throw new HooklineError(
      'call_refused',
      `This method and path are not in the allow-list of the API '${api.name}'. Clients may call ` +
        'only what is. Add it to `allow` in hookline({ apis }) if they should.',
    )
  }
  const { auth } = api.declaration
  const own = auth.kind === 'query' ? auth.parameter.toLowerCase() : undefined
  const names = [...new URLSearchParams(search).keys()].map((name) => name.toLowerCase())
  if (own === undefined || !names.includes(own)) return
  throw new HooklineError(
    'call_refused',
    `The query has '${own}', in which the server sends its own key. Leave it out.`,
  )
}

/** A length that is not true is found out when the body is sent. */
function announcedLength(api: Api, { headers, body }: IncomingCall): number | undefined {
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') {
    throw new HooklineError(
      'content_encoding_unsupported',
      'The body of the call is compressed, which is not passed on. Send it as it is.',
    )
  }
  const text = headers.get('content-length') ?? ''
  if (!body || !/^\d{1,15}$/.test(text)) return undefined
  const { requestBytesMax } = api.limits
  if (Number(text) > requestBytesMax) throw bodyTooLarge(requestBytesMax)
  return Number(text)
}

function outgoingOf(
  api: Api,
  { method, headers, body, signal }: IncomingCall,
  parts: { target: Target; length: number | undefined; record: CallRecord },
): Outgoing {
  const { requestBytesMax, idleMs } = api.limits
  const passed = requestHeadersOf(headers, api.passing, api.declaration)
  if (parts.length !== undefined) passed.push(['content-length', String(parts.length)])
  const upload = { bytesMax: requestBytesMax, idleMs, onBytes: parts.record.addSent }
  return {
    method,
    target: parts.target,
    headers: passed,
    body: body && readUpload(body, upload),
    signal,
  }
}

/** Where the API is, is for the operator alone: it may be a host of the app's own network. */
function concealed({ log }: CallProxy, { name }: Api, error: unknown): unknown {
  if (!(error instanceof HooklineError) || !error.code.startsWith('egress_')) return error
  log.warn('an API could not be called', { api: name, reason: error.message })
  return new HooklineError(
    error.code,
    `The API '${name}' could not be called, or its answer broke a rule. It is likely down, or ` +
      'not what it should be. Try again later; the log of the server has the reason.',
    { cause: error },
  )
}

/** Not the caller's fault, and companies show a part of the key in the answer. */
async function refuseKey(
  { keys, log }: CallProxy,
  api: Api,
  response: Response,
  record: CallRecord,
): Promise<never> {
  record.end('failed')
  forgetToken(keys.tokens, api)
  await response.body?.cancel()
  log.warn('an API refused the key of this server', { api: api.name })
  throw new HooklineError(
    'api_key_refused',
    `The API '${api.name}' refused the key of this server. It is likely wrong, revoked, or of ` +
      'its other mode. Set the right one on the server.',
  )
}
