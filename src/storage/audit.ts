/**
 * The part of the storage contract that keeps the audit log: who did what and when, in a chain of
 * hashes. Entries are added at the end and never changed; the oldest are pruned with their anchor
 * kept. No entry holds a value of a key.
 */

export type ActorKind = 'admin-key' | 'session' | 'cli' | 'app' | 'anyone'

export interface Actor {
  readonly kind: ActorKind
  /** Tells apart those of one kind; proves nothing and opens nothing. */
  readonly id: string
}

export interface NewAuditEntry {
  readonly actor: Actor
  /** A noun and a verb, such as `key.rotate`. */
  readonly action: AuditAction
  /** What it was done to, such as the name of a key. */
  readonly subject: string
  readonly details?: Readonly<Record<string, string | number | boolean>>
}

export type AuditAction =
  | 'sign-in.accept'
  | 'sign-in.refuse'
  | 'sign-in.end'
  | 'admin-key.create'
  | 'admin-key.revoke'
  | 'key.set'
  | 'key.rotate'
  | 'key.remove'
  | 'key.use'
  | 'master-key.rotate'
  | 'event.replay'
  | 'replay.create'
  | 'replay.cancel'
  | 'replay.pause'
  | 'replay.resume'
  | 'event.sign'
  | 'delivery.retry'
  | 'delivery.cancel'
  | 'document.write'
  | 'document.delete'
  | 'token.issue'
  | 'connection.try'
  | 'connection.make'
  | 'connection.event'
  | 'sandbox.send'
  | 'key.search'
  | 'setting.change'

export interface AuditEntry {
  /** 1, 2, 3 and so on, without a gap. */
  readonly seq: number
  readonly at: number
  readonly actor: Actor
  readonly action: string
  readonly subject: string
  readonly details: Readonly<Record<string, string | number | boolean>>
}

/** An entry as it is stored, to be checked: its details as text, and its place in the chain. */
export interface ChainedEntry extends Omit<AuditEntry, 'details'> {
  readonly details: string
  /** Lower-case hexadecimal. */
  readonly hash: string
}

/** Where the chain begins, behind what was pruned, and where it ends. */
export interface AuditEnds {
  readonly base: ChainEnd
  readonly head: ChainEnd
}

export interface ChainEnd {
  readonly seq: number
  readonly hash: string
}

export interface AuditFilter {
  readonly action?: string
  readonly subject?: string
}

export interface AuditPage {
  readonly limit: number
  /** Only entries before this one. */
  readonly before?: number
}

export interface AuditStorage {
  /** Adds one entry at the end. */
  audit(entry: NewAuditEntry): Promise<AuditEntry>
  /** The newest first. */
  auditEntries(filter: AuditFilter, page: AuditPage): Promise<AuditEntry[]>
  auditEnds(): Promise<AuditEnds>
  /** In the order they were written, as they are stored. */
  auditAfter(seq: number, limit: number): Promise<ChainedEntry[]>
  /** Drops up to `limit` of the oldest that are older; the chain then begins behind them. */
  pruneAudit(before: number, limit: number): Promise<number>
}
