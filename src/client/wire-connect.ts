/** What `/api/v1/connect` and the sources say about connecting, as types. No secret is in any. */
import type { Mode } from './wire-basics.ts'
import type { KeyOrigin } from './wire-keys.ts'

export type ConnectStepName = 'key' | 'endpoint' | 'secret' | 'event'

export interface ConnectStep {
  readonly name: ConnectStepName
  readonly state: 'done' | 'missing' | 'not_needed'
}

/** How far a source is connected to its provider. */
export interface ConnectProgress {
  readonly steps: readonly ConnectStep[]
  /** What to do for the first step that is missing; null where all are done. */
  readonly next: { readonly step: ConnectStepName; readonly what: string } | null
}

export interface ConnectView extends ConnectProgress {
  readonly source: string
  readonly provider: string
  readonly mode: Mode
  /** Where the provider is to post to; null where no public address is known. */
  readonly url: string | null
  /** The types that handlers listen to. */
  readonly types: readonly string[]
  /** Whether the endpoint can be made by the API; else a person follows `guide.endpointSteps`. */
  readonly isMadeHere: boolean
  /** The provider's API on this machine that `dev` runs; null where there is none. */
  readonly sandboxUrl: string | null
  /** The API's key that is set, and where; null where none is. */
  readonly key: { readonly name: string; readonly origin: KeyOrigin } | null
  /** The names that the API's key may have; empty where there is none. */
  readonly keyNames: readonly string[]
  readonly secretNames: readonly string[]
  /** Where at the provider the endpoint belongs, such as a repository; null where that is clear. */
  readonly place: { readonly title: string; readonly example: string } | null
  readonly guide: {
    readonly signUpUrl: string
    readonly keySteps: readonly string[]
    readonly endpointSteps: readonly string[]
  } | null
}

export interface ConnectOptions {
  /** The provider's API on this machine. */
  readonly apiBase?: string
  /** Where the internet reaches this server; else HOOKLINE_PUBLIC_URL. */
  readonly publicUrl?: string
  readonly place?: string
}

export interface DriftView {
  readonly kind:
    | 'endpoint_missing'
    | 'endpoint_orphaned'
    | 'endpoint_disabled'
    | 'type_not_subscribed'
    | 'type_not_handled'
    | 'url_differs'
    | 'api_version_differs'
    | 'secret_unknown'
  readonly detail: string
  /** Event types, or ids of endpoints. */
  readonly subjects: readonly string[]
}

export interface ConnectedEndpoint {
  readonly did: 'created' | 'kept' | 'changed' | 'replaced'
  readonly endpointId: string
  readonly url: string
  readonly types: readonly string[]
  readonly apiVersion: string | null
  readonly repaired: readonly DriftView[]
}
