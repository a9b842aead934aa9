/**
 * What is written down about connecting to a provider: where its key is found, how its webhook
 * endpoints are made by its API, or what a person does there by hand. Data and pure functions from
 * wishes to requests; nothing here calls anything.
 */

export interface ConnectDeclaration {
  /** As in the registry of providers. */
  readonly provider: string
  readonly signUpUrl: string
  /** How a person gets the key of the API. Empty where none is needed to connect. */
  readonly keySteps: readonly string[]
  /** How a person makes the endpoint by hand. `{url}`, `{types}` and `{secret}` are filled in. */
  readonly endpointSteps: readonly string[]
  /** The webhook secret is made up here and entered there. Default: the provider gives it out. */
  readonly isSecretChosen?: boolean
  /** Absent: its API makes no endpoints, or none that Hookline knows. */
  readonly endpoints?: EndpointApi
}

/** A request to the provider's API, below its base URL. */
export interface ProviderRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Sent as a form. */
  readonly form?: readonly (readonly [name: string, value: string])[]
  /** Sent as JSON. */
  readonly json?: unknown
}

/** A webhook endpoint as it is at the provider. */
export interface RemoteEndpoint {
  readonly id: string
  readonly url: string
  readonly types: readonly string[]
  readonly isEnabled: boolean
  /** Null where the provider has none, or uses the one of the account. */
  readonly apiVersion: string | null
  /** The mark that `create` put on it; null where it bears none. */
  readonly owner: string | null
  /** Where the answer has it. */
  readonly secret?: string | undefined
}

export interface WantedEndpoint {
  readonly url: string
  readonly types: readonly string[]
  readonly owner: string
  readonly source: string
  /** For providers that are told the secret. */
  readonly secret: string | undefined
  readonly place: string
}

/** Where at the provider the endpoint is made, such as a repository. */
export interface EndpointPlace {
  readonly title: string
  readonly example: string
  readonly pattern: RegExp
}

export interface EndpointApi {
  /**
   * How the secret comes about: the provider shows it at creation and never again, it is told
   * which one to use, or it can be read at any time.
   */
  readonly secret: 'shown-once' | 'chosen' | 'readable'
  readonly place?: EndpointPlace
  /** The version of events that is asked for; it can not be changed afterwards. */
  readonly apiVersion?: string
  /** What stands for all types; absent where each must be named. */
  readonly allTypes?: string
  /** Sent without being asked for, so that nothing subscribes to them. */
  readonly unaskedTypes?: readonly string[]
  /** Whether an endpoint can bear a mark of ours; else it is known by its id and URL. */
  readonly isMarked: boolean
  /** The member of the answer to `list` that holds the endpoints; empty: the answer is the list. */
  readonly listAt: string
  list(place: string): ProviderRequest
  /** Undefined where it is none. */
  read(answer: unknown): RemoteEndpoint | undefined
  create(wanted: WantedEndpoint): ProviderRequest
  update(id: string, wanted: WantedEndpoint): ProviderRequest
  remove(id: string, place: string): ProviderRequest
  /** One endpoint with its secret, where the list does not have it. */
  show?(id: string, place: string): ProviderRequest
  /** Has the provider send an event that does nothing. */
  ping?(id: string, place: string): ProviderRequest
  /** Has the sandbox send an event of this type to this endpoint; empty: of any type. */
  sandboxEvent?(url: string, type: string): ProviderRequest
}
