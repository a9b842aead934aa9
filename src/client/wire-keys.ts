/** What `/api/v1/keys` and `/api/v1/audit` say, as types. No value of a key is in any of them. */
import type { Mode } from './wire-basics.ts'

/** Where a value is found; the first of them that has the name is used. */
export type KeyOrigin = 'code' | 'environment' | '.env.local' | 'vault' | 'dev'

/** A key by its name and mode: one that is set, or one that is wanted and is not. */
export interface KeyView {
  readonly name: string
  readonly mode: Mode
  /** Null where nobody has set it. */
  readonly origin: KeyOrigin | null
  /** What wants it, such as `source stripe` or `api openai`. */
  readonly usedBy: readonly string[]
  /** What it looks like; null where that says nothing. */
  readonly kind: string | null
  /** The same for the same value, and useless without the master key. */
  readonly fingerprint: string | null
  /** The vault has one too, which is not used while another place sets the name. */
  readonly isHidden: boolean
  /** These tell of the vault, and are null where it has none. */
  readonly version: number | null
  readonly createdAt: string | null
  readonly lastUsedAt: string | null
  /** Until when the values before are good too. */
  readonly graceUntil: string | null
}

/** Which of the secrets of a source verified an event, as they were then. Never a value. */
export interface VerifiedWithView {
  /** From 1, the newest first. */
  readonly position: number
  readonly of: number
  readonly origin: string
  readonly name: string | null
  readonly fingerprint: string | null
}

export interface NewKey {
  readonly value: string
  /** That of the server where none is given. */
  readonly mode?: Mode
}

export interface KeyRotation extends NewKey {
  /** Milliseconds in which the values before are good too; a day where none are given. */
  readonly graceMs?: number
}

export interface AuditView {
  readonly seq: number
  readonly at: string
  readonly actor: { readonly kind: string; readonly id: string }
  readonly action: string
  readonly subject: string
  readonly details: Readonly<Record<string, string | number | boolean>>
}

export interface AuditFilter {
  readonly action?: string
  readonly subject?: string
}

/** Whether the chain of the audit log is as it was written. */
export interface AuditCheck {
  readonly isWhole: boolean
  /** Entries that were found right. */
  readonly entries: number
  /** The last entry; null where the chain is broken. */
  readonly head: { readonly seq: number; readonly hash: string } | null
  /** The first entry that is not what was written; null where all are. */
  readonly brokenAt: number | null
  readonly fault: 'changed' | 'missing' | 'cut_off' | 'not_written_here' | 'head_differs' | null
}
