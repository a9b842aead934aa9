/** What `/api/v1/sandbox` and `/api/v1/learn` say, as types. Both are there in `dev` alone. */

export interface ScenarioView {
  readonly name: string
  readonly title: string
  readonly about: string
  /** Whether it takes a number of events. */
  readonly isCounted: boolean
}

/** A company that the sandbox plays. */
export interface SandboxProviderView {
  readonly provider: string
  readonly title: string
  /** The types that have a sample of their own; it sends any other as well. */
  readonly types: readonly string[]
  readonly scenarios: readonly ScenarioView[]
  readonly cards: readonly { readonly name: string; readonly effect: string }[]
  /** The sources of this app that would receive its events. */
  readonly sources: readonly string[]
}

export interface SandboxView {
  /** Whether this server runs with a sandbox. */
  readonly isRunning: boolean
  readonly providers: readonly SandboxProviderView[]
}

/** One posting of one event, and what this server said to it. */
export interface SendingView {
  readonly type: string
  /** The provider's own id of the event. */
  readonly providerEventId: string
  /** Here; null where it was not stored. */
  readonly eventId: string | null
  readonly outcome: 'stored' | 'known' | 'refused' | 'failed'
  readonly status: number | null
}

export interface NewPlay {
  readonly source: string
  readonly type: string
  readonly scenario: string
  readonly count?: number
}

export interface NewPurchase {
  readonly card: string
  readonly product: string
  readonly amount: number
  readonly userId: string
  readonly orderId: string
}

export interface PurchaseView {
  readonly status: 'paid' | 'declined'
  readonly message: string | null
  readonly data: readonly SendingView[]
}

export type LearnStepName =
  | 'call_made'
  | 'answer_read'
  | 'unsigned_refused'
  | 'signed_stored'
  | 'key_kept'
  | 'key_used'
  | 'page_searched'

export interface LearnStepView {
  readonly name: LearnStepName
  /** When this server recorded the deed; null where it has not. */
  readonly doneAt: string | null
  /** The call, refusal, event or key that is the proof. */
  readonly proof: string | null
}

export interface LearnView {
  /** Whether the exercises can be done on this server: it runs as `dev`. */
  readonly isOpen: boolean
  readonly hasSandbox: boolean
  readonly exercises: readonly {
    readonly name: 'call' | 'receive' | 'key'
    readonly isDone: boolean
    readonly steps: readonly LearnStepView[]
  }[]
  /** Sends a webhook without a signature; null where no source can be practised with. */
  readonly unsignedCurl: string | null
}

export interface SignedCurlView {
  readonly curl: string
  readonly expiresAt: string
}

/** What this server found in the files that it hands to browsers. */
export interface KeySearchView {
  readonly files: number
  readonly bytes: number
}
