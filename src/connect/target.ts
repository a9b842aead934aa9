/** What a source looks like to those who connect it, and where its provider's API is. */
import { HooklineError } from '../base/errors.ts'
import type { Mode } from '../base/mode.ts'
import type { ApiDeclaration } from '../providers/apis/declaration.ts'
import type { ConnectDeclaration, EndpointApi } from '../providers/connect/declaration.ts'
import type { SecretOrigin } from '../vault/vault.ts'

/** A source of the app, as far as connecting it needs to know. */
export interface ConnectSource {
  readonly name: string
  readonly mode: Mode
  readonly provider: string
  readonly secretNames: readonly string[]
  /** As they are now, newest first. */
  readonly secrets: readonly string[]
  /** Undefined where nobody set one. */
  readonly secretOrigin: SecretOrigin | undefined
  /** Another source that finds its secret under the same name; connecting would mix them up. */
  readonly sharesSecretWith: string | undefined
  /** The types that the app's handlers listen to; `*` for all. */
  readonly types: readonly string[]
  readonly declaration: ConnectDeclaration | undefined
  readonly api: ApiDeclaration | undefined
  readonly newSecret: () => string
}

export interface ConnectOptions {
  /** The provider's API on this machine, such as the sandbox. */
  readonly apiBase?: string | undefined
  /** The whole address that the provider is to post to. */
  readonly url?: string | undefined
  /** Where at the provider the endpoint is, such as a repository. */
  readonly place?: string | undefined
}

/** @throws HooklineError `payload_invalid` for an address that is not of this machine. */
export function checkApiBase(apiBase: string | undefined, mode: Mode): string | undefined {
  if (apiBase === undefined) return undefined
  if (mode === 'test' && isOfThisMachine(apiBase)) return new URL(apiBase).origin
  throw new HooklineError(
    'payload_invalid',
    mode === 'live'
      ? 'A live source is connected at its provider alone, and another address was named. It was ' +
          'likely meant for a test source. Leave the address away.'
      : 'The address of the API is not of this machine. A key goes to its provider or to the ' +
          'sandbox, and nowhere else. Name the sandbox, such as http://127.0.0.1:4601, or leave ' +
          'it away.',
  )
}

export function isOfThisMachine(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(hostname)
}

/** @throws HooklineError `connect_by_hand` where its API makes no endpoints. */
export function endpointsOf({ name, provider, declaration, api }: ConnectSource): {
  readonly endpoints: EndpointApi
  readonly api: ApiDeclaration
} {
  const { endpoints } = declaration ?? {}
  if (endpoints && api) return { endpoints, api }
  throw new HooklineError(
    'connect_by_hand',
    `The endpoint of the source '${name}' can not be made from here. Hookline knows no API of ` +
      `${provider} that does. Follow the steps of \`hookline connect ${name}\`.`,
  )
}

/** @throws HooklineError `payload_invalid` where the provider needs one that is not given. */
export function placeOf({ place }: EndpointApi, given: string | undefined): string {
  if (!place) return ''
  if (given !== undefined && place.pattern.test(given)) return given
  throw new HooklineError(
    'payload_invalid',
    `${given === undefined ? `No ${place.title} was named` : `This is no ${place.title}`}. The ` +
      `webhook belongs to one. Name it with --${place.title} ${place.example}.`,
  )
}

/**
 * The types to subscribe to, sorted.
 * @throws HooklineError `connect_nothing` where no handler listens, or all types can not be had.
 */
export function wantedTypes({ name, types }: ConnectSource, endpoints: EndpointApi): string[] {
  const { allTypes, unaskedTypes = [] } = endpoints
  const asked = [...new Set(types)].filter((type) => !unaskedTypes.includes(type)).sort()
  if (asked.includes('*') && allTypes !== undefined) return [allTypes]
  const named = asked.filter((type) => type !== '*')
  if (named.length > 0) return named
  throw new HooklineError(
    'connect_nothing',
    asked.includes('*')
      ? `The source '${name}' has handlers for all types alone, and its provider wants each type ` +
          "named. Listen to those that you need: app.on('" +
          `${name}', '<type>', …).`
      : `No handler listens to the source '${name}'. The handler is likely not written yet, or ` +
          `the server runs an older file. Add app.on('${name}', '<type>', …) and start it again.`,
  )
}
