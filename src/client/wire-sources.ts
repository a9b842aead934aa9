/** What `/api/v1/providers` and the sources say beside their events, as types. No secret. */
import type { KeyOrigin } from './wire-keys.ts'

/** What is needed to add a source of a provider. */
export interface ProviderView {
  readonly name: string
  readonly title: string
  /** The name under which the package exports it: `awsSns`. */
  readonly exportName: string
  readonly docsUrl: string
  /** Null where the provider signs with keys that it publishes. */
  readonly secret: {
    /** As the provider calls it: `webhook secret`. */
    readonly title: string
    readonly names: readonly string[]
    readonly begins: string | null
    /** Anybody may see it, such as a public key. */
    readonly isPublic: boolean
    /** It is made up here and entered at the provider; else the provider gives it out. */
    readonly isChosen: boolean
  } | null
  readonly settings: readonly ProviderSettingView[]
  /** Some of the types that it sends. */
  readonly types: readonly string[]
  readonly signUpUrl: string | null
  /** What a person does at the provider; `{url}`, `{types}` and `{secret}` are to be filled in. */
  readonly endpointSteps: readonly string[]
}

export interface ProviderSettingView {
  readonly name: string
  readonly title: string
  readonly kind: 'text' | 'url' | 'number' | 'choice' | 'list'
  readonly about: string
  /** For a choice; the first is the default. */
  readonly choices: readonly string[]
  readonly isRequired: boolean
  /** Its value must not stand in the app's text. */
  readonly isSecret: boolean
  /** The configured public address stands in for it. */
  readonly hasDefault: boolean
}

/** One of the secrets that a source is checked with. Never its value. */
export interface SourceSecretView {
  readonly origin: KeyOrigin
  /** Null where it stands in the app's code or was made for `dev`. */
  readonly name: string | null
  readonly kind: string | null
  readonly fingerprint: string | null
  /** Until when it is good; null for as long as it is set. */
  readonly goodUntil: string | null
}
