/**
 * What is written down about a provider, once: data, from which its verifier, its sandbox signer,
 * its documentation page and its form derive.
 */
import type { Json } from '../base/json.ts'
import type { TimeUnit } from '../signing/timestamp.ts'
import type { KeyShape } from './key-shape.ts'
import type { VerifyOutcome } from './outcome.ts'
import type { ProviderReply, ProviderSettings, VerifyContext, WebhookRequest } from './request.ts'
import type { Scheme } from './schemes/scheme.ts'

export interface Declaration {
  /** As in the registry: lower case, words joined by `-`. */
  readonly name: string
  /** As the company writes itself. */
  readonly title: string
  readonly docsUrl: string
  /** Environment names of the secret, most usual first. */
  readonly secretNames: readonly string[]
  /** How its keys look, secret ones and those that anyone may see. */
  readonly keys?: readonly KeyShape[]
  /**
   * How its requests are signed; where it has two ways, by `settings.scheme`, the first being the
   * default.
   */
  readonly scheme: Scheme | Readonly<Record<string, Scheme>>
  readonly event: EventFields
  /** From the bytes to the payload. Absent: JSON. */
  readonly parse?: (body: Uint8Array) => Json | undefined
  /**
   * Cuts a request that carries many events into the bytes of each; undefined where it carries
   * one.
   */
  readonly batch?: (body: Uint8Array) => readonly Uint8Array[] | undefined
  /** Absent: Hookline's own answers. */
  readonly reply?: { readonly accepted?: ProviderReply; readonly refusedStatus?: number }
  readonly handshake?: Handshake
  /** Its requests come to `/webhooks/<source>/<secret>`. */
  readonly hasSecretPath?: boolean
  /** The settings that it takes beside the tolerance. */
  readonly settings?: readonly (keyof ProviderSettings)[]
  /** Those of them without which nothing verifies, or the URL can not be registered. */
  readonly requiredSettings?: readonly (keyof ProviderSettings)[]
  /**
   * Its retry manners: the seconds between one attempt and the next; empty where it never
   * retries.
   */
  readonly retryAfterSeconds?: readonly number[]
  /** What a reader of its page must know: what is unsure, what the signature leaves open. */
  readonly notes?: readonly string[]
  readonly samples: readonly Sample[]
}

/**
 * Where a value is: in a header, at a dotted path of the payload (`body:` alone is all of it), or
 * the id that the signature covers.
 */
export type Place = `header:${string}` | `body:${string}` | 'signed:id'

/**
 * One place, several fields joined with a full stop (all must be there), the first that is there,
 * or the name of an object's first member that is not among those beside it.
 */
export type Field =
  | Place
  | { readonly join: readonly Field[] }
  | { readonly first: readonly Field[] }
  | { readonly memberOf: `body:${string}`; readonly beside: readonly string[] }

export interface EventFields {
  /** Absent: the provider has none, and the bytes of the body are the identity. */
  readonly id?: Field
  readonly type?: Field
  readonly occurredAt?: { readonly at: Place; readonly unit: TimeUnit }
  /** The values that stand for the two modes. */
  readonly mode?: {
    readonly at: Place
    readonly live: string | boolean
    readonly test: string | boolean
  }
}

/** A realistic request, for the sandbox, the tests and the page. Text is sent as it is. */
export interface Sample {
  readonly type: string
  readonly id?: string
  /** Which of the provider's schemes sends it. Absent: each. */
  readonly scheme?: string
  readonly body: Json
}

/**
 * Answers a registration challenge. `verify` checks the request as any other: a challenge that is
 * signed must be verified before anything is answered.
 */
export type Handshake = (
  request: WebhookRequest,
  context: VerifyContext,
  verify: () => VerifyOutcome | Promise<VerifyOutcome>,
) => ProviderReply | null | Promise<ProviderReply | null>
