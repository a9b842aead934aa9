/**
 * What is written down about a company's API, once: where it is, where its key goes, and which
 * headers mean something there. Data; the proxy makes the calls.
 */

export interface ApiDeclaration {
  /** As in the registry of providers, where the company is in it. */
  readonly name: string
  readonly title: string
  readonly docsUrl: string
  /** Where its paths begin, by mode where the two differ. */
  readonly baseUrl: string | { readonly test: string; readonly live: string }
  /** Environment names of its key, most usual first. */
  readonly keyNames: readonly string[]
  readonly auth: ApiAuth
  /** Request headers that pass beside the usual ones, in lower case. */
  readonly requestHeaders?: readonly string[]
  /** Answer headers that pass beside the usual ones; `x-ratelimit-*` is all that begin so. */
  readonly responseHeaders?: readonly string[]
  /** Sent where the caller sends none of that name. */
  readonly defaultHeaders?: Readonly<Record<string, string>>
  /** With this header a repeated request has its effect once. Absent: the API has none. */
  readonly idempotencyHeader?: string
  /** What its `Retry-After` counts. Absent: seconds, as HTTP has it. */
  readonly retryAfterUnit?: 'ms'
  /** One harmless call that tells whether the key is good. */
  readonly probe?: ApiProbe
}

export interface ApiProbe {
  readonly path: string
  /** The statuses that only a good key gets. */
  readonly good: readonly number[]
}

/** How the API wants its key. */
export type ApiAuth =
  | { readonly kind: 'bearer' }
  /** The key as the password, with a user name that is set under one of these names. */
  | { readonly kind: 'basic'; readonly userNames: readonly string[] }
  /** The key in a header, after a prefix where there is one. */
  | { readonly kind: 'header'; readonly header: string; readonly prefix?: string }
  /** The key as a parameter of the query. */
  | { readonly kind: 'query'; readonly parameter: string }
  /** The key is exchanged for a token that is good for a while (RFC 6749, section 4.4). */
  | {
      readonly kind: 'client-credentials'
      readonly tokenPath: string
      readonly userNames: readonly string[]
    }

/** An API as it is written in `hookline({ apis })`. */
export interface ApiDefinition {
  /** Undefined where none is declared for the provider. */
  readonly api?: ApiDeclaration | undefined
  readonly options: ApiOptions
}

export interface ApiOptions {
  /**
   * What clients may call: `POST /v1/chat/completions`, `GET /v1/files/*` for one more part of the
   * path, a last `**` for all below. Absent: nothing; only the server's own code may call.
   */
  readonly allow?: readonly string[]
  /** Absent: looked up under the API's names. */
  readonly key?: string
  /** Another environment name of the key, for a second account. */
  readonly keyName?: string
  /** Another address of the same API. */
  readonly baseUrl?: string
  /** Addresses that may be called though they are not public, such as `127.0.0.1`; also by http. */
  readonly allowAddresses?: readonly string[]
  /** Request headers of the client that pass as well, in lower case. */
  readonly headers?: readonly string[]
  /** Also serves the API's paths that begin so, for SDKs whose address can hold no path: `/v1`. */
  readonly mount?: string
  /** For each user, where the token names no budget of its own. */
  readonly budget?: CallBudget
  readonly limits?: Partial<CallLimits>
}

/** What one user may spend at one API. */
export interface CallBudget {
  /** Calls in a window. Default 60. */
  readonly requests?: number
  /** Bytes of bodies in a window, both ways. Default 50 MiB. */
  readonly bytes?: number
  /** Default 60. */
  readonly windowSeconds?: number
  /** Calls at the same time. Default 8. */
  readonly concurrent?: number
}

/** The limits of one call. */
export interface CallLimits {
  /** Default 25 MiB. */
  readonly requestBytesMax: number
  /** Default 100 MiB. */
  readonly responseBytesMax: number
  /** Default 5,000. */
  readonly connectMs: number
  /** From the last byte sent to the first of the answer. Default 120,000. */
  readonly firstByteMs: number
  /** Between two pieces of a body, either way. Default 60,000. */
  readonly idleMs: number
  /** Default 600,000. */
  readonly totalMs: number
}
