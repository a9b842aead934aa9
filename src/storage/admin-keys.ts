/**
 * The part of the storage contract that keeps who is an admin: keys, and sessions of browsers. Of
 * both it has hashes alone: whoever reads the database can sign in with none of it.
 */
import type { NewAuditEntry } from './audit.ts'

/** Each may do what those before it may. */
export const adminScopes = ['read', 'operate', 'admin'] as const
export type AdminScope = (typeof adminScopes)[number]

export interface AdminKey {
  readonly id: string
  readonly name: string
  readonly scope: AdminScope
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number
  /** Null: it does not end by itself. */
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  readonly lastUsedAt: number | null
}

export interface NewAdminKey extends Pick<AdminKey, 'id' | 'name' | 'scope' | 'expiresAt'> {
  /** SHA-256 of the key, in hexadecimal. The keys are random, so that no slow hash is needed. */
  readonly hash: string
}

export type SignInWay = 'key' | 'link' | 'password'

export interface AdminSession {
  readonly way: SignInWay
  readonly scope: AdminScope
  readonly startedAt: number
  readonly seenAt: number
  readonly endsAt: number
}

export interface NewAdminSession extends Pick<AdminSession, 'way' | 'scope'> {
  /** SHA-256 of what the cookie holds, in hexadecimal. */
  readonly hash: string
  /** Stands for the credentials of the server; with others the session is over. */
  readonly epoch: string
  /** The admin key of the database that it began with. */
  readonly adminKeyId: string | null
  readonly lastsMs: number
}

export interface SessionUse {
  readonly epochs: Readonly<Record<SignInWay, string>>
  /** Unused for this long it is over. */
  readonly idleMs: number
}

/** Revoked and expired ones count until they are removed to make room. */
export const adminKeysMax = 200
export const adminSessionsMax = 1_000

/** A use is noted when the last note is older: not every request writes. */
export const adminUseEveryMs = 60_000

export interface AdminStorage {
  /** With the entry for the audit log; undefined where `adminKeysMax` are good: none is made. */
  createAdminKey(key: NewAdminKey, entry: NewAuditEntry): Promise<AdminKey | undefined>
  /** All, newest first. */
  adminKeys(): Promise<AdminKey[]>
  /** The key with this hash, where it is good now. */
  admitAdminKey(hash: string): Promise<AdminKey | undefined>
  /** With the entry; ends its sessions too. False where it was no good key. */
  revokeAdminKey(id: string, entry: NewAuditEntry): Promise<boolean>
  /** Beyond `adminSessionsMax` the longest unused goes. */
  startSession(session: NewAdminSession): Promise<void>
  /** The session with this hash, where it is not over; counts as a use. */
  admitSession(hash: string, use: SessionUse): Promise<AdminSession | undefined>
  /** False where there was none. */
  endSession(hash: string): Promise<boolean>
}
