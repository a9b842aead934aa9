/**
 * What `dev` and the process that runs the app tell each other. Secrets go this way and are never
 * printed.
 */
import type { ErrorCode } from '../../base/errors.ts'
import type { Flags } from '../../config.ts'

/**
 * Given to the child at its start. Holds no secret: arguments are visible to every user of the
 * machine.
 */
export interface ChildOptions {
  readonly file: { readonly path: string; readonly shownAs: string; readonly isShop: boolean }
  readonly flags: Flags
  readonly wantsSignInLink: boolean
  readonly isJson: boolean
}

export interface Ready {
  readonly kind: 'ready'
  readonly url: string
  readonly adminUrl: string
  readonly signInLink: string | undefined
  readonly sources: readonly ReadySource[]
}

export interface ReadySource {
  readonly name: string
  readonly provider: string
  /** The first of them; undefined where it needs none. */
  readonly secret: string | undefined
}

/** The app did not start. */
export interface Failed {
  readonly kind: 'failed'
  /** What was under way: the app's file can be repaired while `dev` waits, the rest can not. */
  readonly step: 'load' | 'start'
  readonly code: ErrorCode
  readonly message: string
}

export type ChildMessage = Ready | Failed

/** Asks the child to drain and end. */
export interface Stop {
  readonly kind: 'stop'
}
