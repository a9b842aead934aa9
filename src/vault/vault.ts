/**
 * What the vault does, for those who use it: it takes secrets in, tells about them, and opens them
 * for the parts of the server that sign, verify and call with them. A value never leaves it by any
 * other way than `open` and a lookup.
 */
import type { Mode } from '../base/mode.ts'
import type { Actor } from '../storage/audit.ts'

/**
 * Where a value was found: in the app's own code, in the environment of the process, in
 * `.env.local`, in the vault, or made by `dev`. The first of them that has the name is used.
 */
export type SecretOrigin = 'code' | 'environment' | '.env.local' | 'vault' | 'dev'

/** What a key is, for people and for the API. Never its value. */
export interface KeyRecord {
  readonly name: string
  readonly mode: Mode
  /** What its shape says it is, such as `Stripe webhook secret`; null where it says nothing. */
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

export interface Vault {
  list(): Promise<KeyRecord[]>
  /**
   * Stores a value; values before it are gone.
   * @throws HooklineError `key_refused` for a value that can not be what the name says,
   * `vault_locked` where the master key is missing or has been replaced.
   */
  set(key: NewKey, actor: Actor): Promise<KeyRecord>
  /**
   * As `set`, with the values before good until the grace is over.
   * @throws HooklineError `key_unknown` where there is none to rotate, and what `set` throws.
   */
  rotate(rotation: KeyRotation, actor: Actor): Promise<KeyRecord>
  /** False where there was none. */
  remove(name: string, mode: Mode, actor: Actor): Promise<boolean>
  /** The values, newest first, then those in their grace; empty where there is none. */
  open(name: string, mode: Mode): Promise<OpenedSecret[]>
  /** Notes a use, with an entry in the audit log, at most once an hour for each key. */
  noteUse(name: string, mode: Mode, actor: Actor): Promise<void>
  /** As in `KeyRecord`, of any value; undefined where the vault is locked. */
  fingerprint(value: string): string | undefined
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
  /** When each of them stops being good; null for as long as it is set. */
  readonly goodUntil: readonly (number | null)[]
  /** When one of the values stops being good. */
  readonly changesAt: number | null
}

/**
 * The secrets under the first of these names that is set: in the environment of the process, in
 * `.env.local`, then in the vault for this mode. Once a name was asked for, the answer is in memory
 * until a key changes, in whichever process.
 */
export interface SecretLookup {
  find(names: readonly string[], mode: Mode): Promise<FoundSecrets>
  /** As `find`, and notes that the key was used, by what, such as `api openai`. */
  use(names: readonly string[], mode: Mode, by: string): Promise<FoundSecrets>
  /** Called when a key was set, rotated or removed, or a grace ended. Returns the way to stop. */
  onChange(listener: () => void | Promise<void>): () => void
  /** Looks now whether a key has changed. True where it has; the listeners are done then. */
  check(): Promise<boolean>
  stop(): void
}
