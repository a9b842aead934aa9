/**
 * What a provider is to the rest of Hookline: how a request is checked, signed and read, and how a
 * source is made of it. Declarations are in declaration.ts, what derives from them in define.ts.
 */
import type { Json, JsonObject } from '../base/json.ts'
import type { Mode } from '../base/mode.ts'
import type { ApiDeclaration, ApiOptions } from './apis/declaration.ts'
import type { Declaration } from './declaration.ts'
import type { VerifyOutcome } from './outcome.ts'
import type {
  ProviderReply,
  ProviderSettings,
  SignOptions,
  VerifyContext,
  WebhookRequest,
} from './request.ts'
import type { SecretPair } from './schemes/scheme.ts'

export type * from './outcome.ts'
export type * from './request.ts'

/** A provider as the rest of Hookline uses it, made from its declaration. */
export interface Provider {
  readonly name: string
  /** For people: `Stripe`. */
  readonly title: string
  /** The environment variables that hold its webhook secret, most usual first. */
  readonly secretNames: readonly string[]
  /** Headers whose value is itself a secret, in lower case: never stored, never shown. */
  readonly secretHeaders: readonly string[]
  /** Its requests come to `/webhooks/<source>/<secret>`. */
  readonly hasSecretPath: boolean
  /** What is signed has the registered URL in it. */
  readonly signsUrl: boolean
  /** What it expects instead of Hookline's own answers; `accepted` undefined is Hookline's. */
  readonly reply: {
    readonly accepted: ProviderReply | undefined
    readonly refusedStatus: number
  }
  /**
   * Checks a request on its raw bytes. The fields of the event are read from the body when they are
   * first asked for. A promise only where certificates or key sets may have to be fetched.
   */
  verify(request: WebhookRequest, context: VerifyContext): VerifyOutcome | Promise<VerifyOutcome>
  /** The headers with which the provider would send this body, for the sandbox and tests. */
  sign(body: Uint8Array, options: SignOptions): [name: string, value: string][]
  /** The payload that a handler gets; undefined where the bytes hold none. */
  parse(body: Uint8Array): Json | undefined
  /** The answer to a registration challenge, or null where the request is none. */
  handshake?(
    request: WebhookRequest,
    context: VerifyContext,
  ): ProviderReply | null | Promise<ProviderReply | null>
  /** A fresh secret of the right shape. */
  newSecret(settings?: ProviderSettings): string
}

export interface SourceOptions {
  /** Absent: looked up under the provider's names. */
  readonly secrets?: string | readonly string[]
  readonly mode?: Mode
  readonly settings?: ProviderSettings
  readonly bodyBytesMax?: number
  /** When the provider is answered: once the event is stored, or once its handlers ended. */
  readonly respond?: 'stored' | 'handled'
  readonly respondWithinMs?: number
}

/** A source as it is written in `hookline({ sources })`. */
export interface SourceDefinition<Events = unknown> {
  readonly provider: Provider
  /** The company's API, for `hookline({ apis })`; undefined where none is declared. */
  readonly api?: ApiDeclaration | undefined
  readonly options: SourceOptions & ApiOptions
  /** Never set: carries the payload types from the provider to the handler. */
  readonly events?: Events
}

/** A provider that is also the maker of its sources: `stripe({ mode: 'live' })`. */
export interface SourceProvider<Events = unknown> extends Provider {
  (options?: SourceOptions & ApiOptions): SourceDefinition<Events>
  readonly declaration: Declaration
  /**
   * The whole request with which the provider would send this body, for the sandbox and tests.
   * Unlike
   * `sign` it also serves where the signature stands in the body or in the URL.
   */
  request(body: Uint8Array, options: SignOptions): WebhookRequest
  /** What the receiver is given and what signs: equal, but for key pairs. */
  newSecrets(settings?: ProviderSettings): SecretPair
}

/** The payload types of a provider by event type; `'*'` is that of every other type. */
export interface JsonEvents<Envelope = JsonObject> {
  readonly '*': Envelope
}

type EventsOf<Definition> = Definition extends SourceDefinition<infer Events> ? Events : never

/** The event types that an editor completes. Any other text is accepted: providers add types. */
export type EventName<Definition> = (keyof EventsOf<Definition> & string) | '*' | (string & {})

/** What a handler gets for a type. */
export type EventPayload<Definition, Name> = Name extends keyof EventsOf<Definition>
  ? EventsOf<Definition>[Name]
  : '*' extends keyof EventsOf<Definition>
    ? EventsOf<Definition>['*']
    : JsonObject
