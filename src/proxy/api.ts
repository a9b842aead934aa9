/**
 * The APIs of this app, made ready to be called. What could never be called, or would be called
 * where nobody meant to, is refused when the app starts.
 */
import { HooklineError } from '../base/errors.ts'
import type { Mode } from '../base/mode.ts'
import { checkUrl, type EgressOptions, newUrlRule } from '../egress/egress.ts'
import { type Exchange, newExchange } from '../egress/exchange.ts'
import type {
  ApiDeclaration,
  ApiDefinition,
  ApiOptions,
  CallBudget,
  CallLimits,
} from '../providers/apis/declaration.ts'
import { mayPass, type PassingHeaders, passingHeaders } from './headers.ts'
import { parseRule, type Rule } from './policy.ts'

export interface Api {
  readonly name: string
  readonly declaration: ApiDeclaration
  readonly baseUrl: URL
  readonly rules: readonly Rule[]
  readonly passing: PassingHeaders
  /** From the app's own text; undefined where it is looked up. */
  readonly key: string | undefined
  readonly keyNames: readonly string[]
  readonly mount: string | undefined
  readonly budget: CallBudget
  readonly limits: CallLimits
  readonly exchange: Exchange
}

export type Apis = ReadonlyMap<string, Api>

export interface ApiDefaults {
  readonly mode: Mode
  readonly egress?: EgressOptions | undefined
}

export const limitsDefault: CallLimits = {
  requestBytesMax: 26_214_400,
  responseBytesMax: 104_857_600,
  connectMs: 5_000,
  firstByteMs: 120_000,
  idleMs: 60_000,
  totalMs: 600_000,
}

/** Paths that are Hookline's own, so that no API can be mounted over them. */
const ownPaths = /^\/(webhooks|call|live|api|client|healthz|readyz|metrics|sign-in)(\/|$)/

/** @throws HooklineError `config_invalid` naming the API and what is wrong with it. */
export function makeApis(
  definitions: Readonly<Record<string, ApiDefinition>>,
  defaults: ApiDefaults,
): Apis {
  const apis = Object.entries(definitions).map(([name, definition]) =>
    makeApi(name, definition, defaults),
  )
  return new Map(apis.map((api) => [api.name, api]))
}

export function makeApi(
  name: string,
  { api: declaration, options }: ApiDefinition,
  { mode, egress = {} }: ApiDefaults,
): Api {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
    throw invalid(name, 'its name is not of lower-case letters, digits and hyphens')
  }
  if (!declaration) throw invalid(name, 'no API is declared for this provider; use api({ … })')
  const limits = { ...limitsDefault, ...options.limits }
  const egressOptions = egressOf(options, egress)
  return {
    name,
    declaration,
    baseUrl: baseUrlOf(name, baseTextOf(declaration, options, mode), egressOptions),
    rules: (options.allow ?? []).map((text) => ruleOf(name, text)),
    passing: passingHeaders(declaration, checkHeaders(name, declaration, options.headers)),
    key: options.key === '' ? undefined : options.key,
    keyNames: options.keyName === undefined ? declaration.keyNames : [options.keyName],
    mount: mountOf(name, options.mount),
    budget: options.budget ?? {},
    limits,
    exchange: newExchange(egressOptions, limits),
  }
}

function egressOf({ allowAddresses }: ApiOptions, egress: EgressOptions): EgressOptions {
  if (!allowAddresses) return egress
  const allowed = [...(egress.allowAddresses ?? []), ...allowAddresses]
  return { ...egress, allowAddresses: allowed, allowHttp: true }
}

function baseTextOf({ baseUrl }: ApiDeclaration, options: ApiOptions, mode: Mode): string {
  return options.baseUrl ?? (typeof baseUrl === 'string' ? baseUrl : baseUrl[mode])
}

/** A name is looked up at each connection; a literal address is judged here and now. */
function baseUrlOf(name: string, text: string, egress: EgressOptions): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw invalid(name, 'its base URL is no whole URL')
  if (url.username || url.password) throw invalid(name, 'its base URL has a user name in it')
  if (url.search || url.hash) throw invalid(name, 'its base URL has a query or a fragment')
  try {
    checkUrl(newUrlRule(egress), url)
  } catch (error) {
    throw invalid(name, 'its base URL is not https, or its address is not public', error)
  }
  return url
}

function ruleOf(name: string, text: string): Rule {
  const rule = parseRule(text)
  if (rule) return rule
  throw invalid(name, `'${text}' in its allow-list is no rule such as 'GET /v1/models/*'`)
}

function checkHeaders(
  name: string,
  declaration: ApiDeclaration,
  headers: readonly string[] = [],
): readonly string[] {
  const lower = headers.map((header) => header.toLowerCase())
  const refused = lower.find((header) => !mayPass(header, declaration))
  if (refused !== undefined) throw invalid(name, `the header '${refused}' must not pass`)
  return lower
}

function mountOf(name: string, mount: string | undefined): string | undefined {
  if (mount === undefined) return undefined
  if (/^(\/[a-z0-9_~-][a-z0-9._~-]*)+$/i.test(mount) && !ownPaths.test(mount)) return mount
  throw invalid(name, `it can not be mounted at '${mount}'`)
}

function invalid(name: string, why: string, cause?: unknown): HooklineError {
  return new HooklineError(
    'config_invalid',
    `The API '${name}' can not be used: ${why}. Correct it in hookline({ apis }).`,
    { cause },
  )
}
