/** One request to a provider, and what its answer means. No key or secret gets into an error. */
import { HooklineError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import type { Mode } from '../base/mode.ts'
import type { ApiDeclaration } from '../providers/apis/declaration.ts'
import type { ProviderRequest } from '../providers/connect/declaration.ts'
import { textAt } from '../providers/connect/read.ts'

export interface AskTarget {
  readonly api: ApiDeclaration
  readonly mode: Mode
  readonly baseUrl: string | undefined
}

/** A `fetch` below the API's address that adds the key. */
export type AskProvider = (target: AskTarget, path: string, init: RequestInit) => Promise<Response>

const saidCharactersMax = 200

/** @throws HooklineError `api_key_refused`, `endpoint_refused`, `egress_failed`. */
export async function ask(
  call: AskProvider,
  target: AskTarget,
  request: ProviderRequest,
): Promise<unknown> {
  const response = await call(target, request.path, initOf(request))
  const answer = parseJson(await response.text())
  if (response.ok) return answer
  throw refusalOf(target.api, response.status, answer)
}

/** Whether the key is good, by the call that the API declares for it. */
export async function tryKey(call: AskProvider, target: AskTarget): Promise<void> {
  const { probe } = target.api
  if (!probe) return
  const response = await call(target, probe.path, { method: 'GET' })
  const answer = parseJson(await response.text())
  if (!probe.good.includes(response.status)) throw refusalOf(target.api, response.status, answer)
}

function initOf({ method, form, json }: ProviderRequest): RequestInit {
  if (form) {
    const body = new URLSearchParams(form.map(([name, value]) => [name, value])).toString()
    return { method, body, headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  }
  if (json === undefined) return { method }
  return { method, body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }
}

/** What was said at a refused key is withheld: some companies show a part of the key in it. */
function refusalOf(api: ApiDeclaration, status: number, answer: unknown): HooklineError {
  const { title, keyNames } = api
  if (status === 401) {
    return new HooklineError(
      'api_key_refused',
      `${title} refused the key: it answered 401. It was likely revoked, mistyped, or is of ` +
        `another account. Copy it anew, and set it with \`hookline keys set ${keyNames[0]}\` or ` +
        'with `hookline connect`.',
    )
  }
  if (status === 403) {
    return new HooklineError(
      'api_key_refused',
      `${title} answered 403: the key may not do this. It is likely restricted. Give it the ` +
        'permission to write webhooks, or use another.',
    )
  }
  if (status >= 500 || status === 429) {
    return new HooklineError(
      'egress_failed',
      `${title} answered ${status} and did nothing. It is likely down or busy. Run it again ` +
        'later: it goes on where it ended.',
    )
  }
  return new HooklineError(
    'endpoint_refused',
    `${title} refused it with ${status}${saidBy(answer)}. An event type or the URL is likely one ` +
      'that it does not take, or what was named does not exist there. Correct it and run it again.',
  )
}

function saidBy(answer: unknown): string {
  const said = textAt(answer, 'error.message') ?? textAt(answer, 'message')
  return said === undefined
    ? ''
    : `, saying: ${said.slice(0, saidCharactersMax).replace(/\.$/, '')}`
}
