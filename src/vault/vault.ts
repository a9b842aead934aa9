/**
 * What the vault does, for those who use it: it takes secrets in, tells about them, and opens them
 * for the parts of the server that sign, verify and call with them. A value never leaves it by any
 * other way than `open` and a lookup.
 */
import type { Mode } from '../base/mode.ts'

/** Where a value was found. The first of them that has the name is used. */
export type SecretOrigin = 'app' | 'environment' | '.env.local' | 'vault' | 'dev'

/** What a key is, for people and for the API. Never its value. */
export interface KeyRecord {
  readonly name: string
  readonly mode: Mode
  /** What its shape says it is, such as `stripe api-key`; null where the shape says nothing. */
  readonly kind: string | null
  /** The same for the same value, and useless without the master key. */
  readonly fingerprint: string
  /** Counts up at each set and rotation of this name and mode. */
  readonly version: number
  /** Milliseconds since 1970, as every time here. */
  readonly createdAt: number
  /** By the hour at the finest; null where it was never used. */
  readonly lastUsedAt: number | null
  /** Until when earlier values are good too; null where there are none. */
  readonly graceUntil: number | null
}

export interface NewKey {
  readonly name: string
  readonly mode: Mode
  readonly value: string
}

export interface KeyRotation extends NewKey {
  /** How long the values before are good too. */
  readonly graceMs: number
}

export interface Rewrapped {
  /** Data keys that were wrapped anew by this run. */
  readonly rewrapped: number
  readonly total: number
}

export interface Vault {
  list(): Promise<KeyRecord[]>
  /**
   * Stores a value; values before it are gone.
   * @throws HooklineError `key_refused` for a value that can not be what the name says,
   * `vault_locked` where the master key is missing or has been replaced.
   */
  set(key: NewKey): Promise<KeyRecord>
  /** As `set`, with the values before good until the grace is over. */
  rotate(rotation: KeyRotation): Promise<KeyRecord>
  /** False where there was none. */
  remove(name: string, mode: Mode): Promise<boolean>
  /** The values, newest first, then those in their grace; empty where there is none. */
  open(name: string, mode: Mode): Promise<OpenedSecret[]>
}

/** A value in the clear. It must not be logged, stored, or put into an error or an answer. */
export interface OpenedSecret {
  readonly value: string
  /** When it stops being good; null for the newest. */
  readonly goodUntil: number | null
}

export interface FoundSecrets {
  /** The name that was set, of those asked for; undefined where none was. */
  readonly name: string | undefined
  readonly origin: SecretOrigin | undefined
  /** Any of them may be the right one; newest first. */
  readonly values: readonly string[]
  /** When one of the values stops being good. */
  readonly changesAt: number | null
}

/**
 * The secrets under the first of these names that is set: in the environment of the process, in
 * `.env.local`, then in the vault for this mode. Reads memory alone once a name was asked for.
 * `use` counts the key as used; a lookup for a list does not.
 */
export interface SecretLookup {
  find(names: readonly string[], mode: Mode): Promise<FoundSecrets>
  /** As `find`, and notes that the key was used (at most once an hour for each). */
  use(names: readonly string[], mode: Mode): Promise<FoundSecrets>
  /** Called when a key was set, rotated or removed, in any process. Returns the way to stop. */
  onChange(listener: () => void): () => void
}
