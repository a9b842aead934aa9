/**
 * What goes into a provider: a request to verify or a body to sign, and what it is verified with.
 */

/**
 * A request as it came. Headers in order, repeats kept; the body as bytes, never a decoding of
 * them.
 */
export interface WebhookRequest {
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

/** Settings that some providers need; all optional, by provider. */
export interface ProviderSettings {
  /** The exact URL registered with the provider. */
  readonly publicUrl?: string
  /** Seconds that a timestamp may differ from `now`. */
  readonly toleranceSeconds?: number
  /** Which scheme is used, where the provider has two. */
  readonly scheme?: string
  readonly verifyToken?: string
  readonly publicKey?: string
  readonly topicArn?: string
  readonly audience?: string
  readonly serviceAccountEmail?: string
  readonly bundleId?: string
  readonly appAppleId?: number
  readonly environment?: string
  /** PEM certificates that end a chain. */
  readonly trustedRoots?: readonly string[]
  readonly clientId?: string
  readonly clientSecret?: string
}

export interface VerifyContext {
  /** Any one of them may match: that is how a secret is rotated. */
  readonly secrets: readonly string[]
  /** Unix seconds. */
  readonly now: number
  readonly settings?: ProviderSettings
  /** The only way to the network, for certificates and key sets. */
  readonly fetch?: typeof globalThis.fetch
}

export interface SignOptions {
  readonly secret: string
  /** Unix seconds. */
  readonly now: number
  readonly id?: string
  readonly type?: string
  readonly settings?: ProviderSettings
}

/** An answer in the provider's own manner. */
export interface ProviderReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}
