/** Programs on admin keys and sessions. They are handed hashes and compare nothing else. */
import {
  type AdminKey,
  type AdminScope,
  type AdminSession,
  type AdminStorage,
  adminKeysMax,
  adminScopes,
  adminSessionsMax,
  adminUseEveryMs,
  type NewAdminKey,
  type NewAdminSession,
  type SessionUse,
  type SignInWay,
} from './admin-keys.ts'
import type { NewAuditEntry } from './audit.ts'
import { appendAudit } from './audit-programs.ts'
import {
  asNumber,
  asText,
  type Context,
  type Engine,
  firstRow,
  orNull,
  type Program,
  type Row,
  rows,
} from './program.ts'

export function adminVerbs({ transact, read }: Engine): AdminStorage {
  return {
    createAdminKey: (key, entry) => transact((c) => createAdminKey(c, key, entry)),
    adminKeys: () => read(adminKeys),
    admitAdminKey: (hash) => transact((c) => admitAdminKey(c, hash)),
    revokeAdminKey: (id, entry) => transact((c) => revokeAdminKey(c, id, entry)),
    startSession: (session) => transact((c) => startSession(c, session)),
    admitSession: (hash, use) => transact((c) => admitSession(c, hash, use)),
    endSession: (hash) => transact(() => endSession(hash)),
  }
}

const good = 'revoked_at is null and (expires_at is null or expires_at > $1)'

function* createAdminKey(
  context: Context,
  { id, name, scope, hash, expiresAt }: NewAdminKey,
  entry: NewAuditEntry,
): Program<AdminKey | undefined> {
  const { now } = context
  const count = yield* firstRow(`select count(*) as n from admin_keys where ${good}`, now)
  if (asNumber(count?.n) >= adminKeysMax) return undefined
  yield* makeRoom(now)
  const row = yield* firstRow(
    `insert into admin_keys
        (id, name, scope, hash, created_at, expires_at, revoked_at, last_used_at)
      values ($1, $2, $3, $4, $5, $6, null, null) returning *`,
    id,
    name,
    scope,
    hash,
    now,
    expiresAt,
  )
  yield* appendAudit(context, entry)
  return toKey(row as Row) // an insert gives back its row
}

/** Those that are no good any more are kept to be looked at, while there is room. */
function* makeRoom(now: number): Program<void> {
  yield* rows(
    `delete from admin_keys where not (${good}) and id not in
      (select id from admin_keys order by created_at desc, id desc limit ${adminKeysMax - 1})`,
    now,
  )
}

function* adminKeys(): Program<AdminKey[]> {
  const found = yield* rows('select * from admin_keys order by created_at desc, id desc')
  return found.map(toKey)
}

function* admitAdminKey({ now }: Context, hash: string): Program<AdminKey | undefined> {
  const row = yield* firstRow(`select * from admin_keys where hash = $2 and ${good}`, now, hash)
  if (row === undefined) return undefined
  const key = toKey(row)
  if (key.lastUsedAt !== null && key.lastUsedAt > now - adminUseEveryMs) return key
  yield* rows('update admin_keys set last_used_at = $1 where id = $2', now, key.id)
  return { ...key, lastUsedAt: now }
}

function* revokeAdminKey(context: Context, id: string, entry: NewAuditEntry): Program<boolean> {
  const row = yield* firstRow(
    `update admin_keys set revoked_at = $1 where id = $2 and ${good} returning id`,
    context.now,
    id,
  )
  if (row === undefined) return false
  yield* rows('delete from admin_sessions where admin_key_id = $1', id)
  yield* appendAudit(context, entry)
  return true
}

function* startSession({ now }: Context, session: NewAdminSession): Program<void> {
  const { hash, way, scope, epoch, adminKeyId, lastsMs } = session
  yield* rows(
    `delete from admin_sessions where ends_at <= $1 or hash not in
      (select hash from admin_sessions order by seen_at desc limit ${adminSessionsMax - 1})`,
    now,
  )
  yield* rows(
    `insert into admin_sessions
        (hash, way, scope, epoch, admin_key_id, started_at, seen_at, ends_at)
      values ($1, $2, $3, $4, $5, $6, $6, $7)`,
    hash,
    way,
    scope,
    epoch,
    adminKeyId,
    now,
    now + lastsMs,
  )
}

function* admitSession(
  { now }: Context,
  hash: string,
  { epochs, idleMs }: SessionUse,
): Program<AdminSession | undefined> {
  const row = yield* firstRow(
    `select * from admin_sessions where hash = $2 and ends_at > $1 and seen_at > $3
      and (admin_key_id is null or admin_key_id in (select id from admin_keys where ${good}))`,
    now,
    hash,
    now - idleMs,
  )
  if (row === undefined) return undefined
  const session = toSession(row)
  if (asText(row.epoch) !== epochs[session.way]) return undefined
  if (session.seenAt > now - adminUseEveryMs) return session
  yield* rows('update admin_sessions set seen_at = $1 where hash = $2', now, hash)
  return { ...session, seenAt: now }
}

function* endSession(hash: string): Program<boolean> {
  const gone = yield* rows('delete from admin_sessions where hash = $1 returning hash', hash)
  return gone.length > 0
}

function toKey(row: Row): AdminKey {
  return {
    id: asText(row.id),
    name: asText(row.name),
    scope: scopeOf(row),
    createdAt: asNumber(row.created_at),
    expiresAt: orNull(asNumber, row.expires_at),
    revokedAt: orNull(asNumber, row.revoked_at),
    lastUsedAt: orNull(asNumber, row.last_used_at),
  }
}

function toSession(row: Row): AdminSession {
  return {
    way: wayOf(row),
    scope: scopeOf(row),
    startedAt: asNumber(row.started_at),
    seenAt: asNumber(row.seen_at),
    endsAt: asNumber(row.ends_at),
  }
}

/** What is not known allows the least. */
function scopeOf({ scope }: Row): AdminScope {
  return adminScopes.find((each) => each === scope) ?? 'read'
}

function wayOf({ way }: Row): SignInWay {
  return way === 'link' || way === 'password' ? way : 'key'
}
