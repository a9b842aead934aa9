/**
 * The part of the storage contract that keeps keys. Everything secret comes sealed: this folder can
 * open none of it. Each verb is one transaction.
 */
import type { Mode } from '../base/mode.ts'
import type { NewAuditEntry } from './audit.ts'

/** Which master key the keys are sealed under, as its id. */
export interface MasterKeyState {
  readonly masterId: string
  /** While data keys are wrapped anew: the one that some are still under. */
  readonly previousId: string | null
  /** The key that fingerprints are made with, wrapped by the master key. */
  readonly fingerprintKey: Uint8Array
}

export interface StoredKey {
  readonly id: string
  readonly name: string
  readonly mode: Mode
  readonly version: number
  readonly kind: string | null
  readonly fingerprint: string
  readonly sealed: Uint8Array
  /** The key that `sealed` is sealed under, itself wrapped by the master key. */
  readonly dataKey: Uint8Array
  readonly masterId: string
  /** Milliseconds since 1970; null for the newest version. */
  readonly goodUntil: number | null
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

export interface PutKey
  extends Omit<StoredKey, 'goodUntil' | 'createdAt' | 'lastUsedAt' | 'version'> {
  /** The one after the newest; another process may have taken it. */
  readonly version: number
  /** How long the versions before stay good; 0: they are gone. */
  readonly graceMs: number
}

/**
 * `version_taken`: somebody else wrote it first. `master_changed`: it is sealed under a key that is
 * no longer the newest. `full`: there are `keysMax` already. In each case nothing was written.
 */
export type KeyPut =
  | { readonly result: 'put'; readonly key: StoredKey }
  | { readonly result: 'version_taken' | 'master_changed' | 'full' }

export interface RewrapStep {
  readonly rewrapped: number
  /** No data key is under another master key any more. */
  readonly isDone: boolean
}

/** Names and modes together. */
export const keysMax = 1_000

export interface KeyStorage {
  masterKeyState(): Promise<MasterKeyState | undefined>
  /** Writes the state where there is none yet, and gives the one that stands. */
  beginMasterKey(state: Omit<MasterKeyState, 'previousId'>): Promise<MasterKeyState>
  /** All versions that are good, by name and mode, newest first. */
  keys(): Promise<StoredKey[]>
  /** With the entry for the audit log, or not at all. */
  putKey(key: PutKey, entry: NewAuditEntry): Promise<KeyPut>
  /** With the entry for the audit log; false where there was none. */
  removeKey(name: string, mode: Mode, entry: NewAuditEntry): Promise<boolean>
  /**
   * Notes that the newest version was used, with an entry for the audit log, unless that was noted
   * less than `everyMs` ago. True where it was noted now.
   */
  useKey(name: string, mode: Mode, use: KeyUse): Promise<boolean>
  /** Counts up with each change of a key, in any process. */
  keysVersion(): Promise<number>
  /**
   * From now on new keys are under `to`. Gives the state that stands: another one than asked for
   * where the newest master key was not `from`.
   */
  beginRewrap(from: string, to: Omit<MasterKeyState, 'previousId'>): Promise<MasterKeyState>
  /** Wraps up to `limit` more data keys anew; killed at any moment, it goes on where it was. */
  advanceRewrap(limit: number, rewrap: (key: StoredKey) => Uint8Array): Promise<RewrapStep>
}

export interface KeyUse {
  readonly everyMs: number
  readonly entry: NewAuditEntry
}
