/**
 * Calls that connecting a source makes to its provider's API, with the key that the app has: the
 * same way as every other call, written down like it. Another address than the provider's own must
 * be of this machine: a key must not go wherever somebody asks.
 */
import type { Mode } from '../base/mode.ts'
import type { ApiDeclaration } from '../providers/apis/declaration.ts'
import { type Api, makeApi } from './api.ts'
import type { SecretsOf } from './credential.ts'
import { callFromCode } from './from-code.ts'
import type { CallProxy } from './proxy.ts'
import { newTokenCache, type TokenCache } from './token-exchange.ts'

const limits = {
  requestBytesMax: 262_144,
  responseBytesMax: 2_097_152,
  firstByteMs: 8_000,
  idleMs: 5_000,
  totalMs: 9_000,
}
/** A second try helps where a connection was lost; more would keep a person waiting. */
const attempts = 2
/** Agents are kept so that steps share connections; a new one for each sandbox would add up. */
const apisMax = 32

export interface ProviderTarget {
  readonly api: ApiDeclaration
  readonly mode: Mode
  /** Of this machine; undefined is the provider's own. */
  readonly baseUrl: string | undefined
}

export type ProviderCall = (
  target: ProviderTarget,
  path: string,
  init: RequestInit,
) => Promise<Response>

export function newProviderCall(
  proxy: CallProxy,
  secretsFor: (mode: Mode) => SecretsOf,
): ProviderCall {
  const known = new Map<string, { readonly api: Api; readonly tokens: TokenCache }>()
  return async ({ api, mode, baseUrl }, path, init) => {
    const id = `${api.name} ${mode} ${baseUrl ?? ''}`
    if (!known.has(id) && known.size >= apisMax) known.clear()
    const made = known.get(id) ?? {
      api: makeApi(api.name, { api, options: optionsOf(baseUrl) }, { mode }),
      tokens: newTokenCache(proxy.clock),
    }
    known.set(id, made)
    const keys = { tokens: made.tokens, secretsOf: secretsFor(mode) }
    const own = { ...proxy, keys, mode, apis: new Map([[api.name, made.api]]) }
    return await callFromCode(own, { api: api.name, path, init: { ...init, attempts } })
  }
}

function optionsOf(baseUrl: string | undefined) {
  if (baseUrl === undefined) return { limits }
  return { limits, baseUrl, allowAddresses: ['127.0.0.1', '::1'] }
}
