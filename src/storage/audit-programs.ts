/** Programs on the audit log. Entries are added one behind the other, whoever adds them. */
import type {
  Actor,
  AuditEnds,
  AuditEntry,
  AuditFilter,
  AuditPage,
  AuditStorage,
  ChainedEntry,
  NewAuditEntry,
} from './audit.ts'
import { chainHash } from './audit-chain.ts'
import { writeChange } from './changes.ts'
import {
  asNumber,
  asText,
  type Context,
  type Engine,
  firstRow,
  type Program,
  type Row,
  rows,
  withoutNul,
} from './program.ts'

const textCharactersMax = 500

export function auditVerbs({ transact, read }: Engine): AuditStorage {
  return {
    audit: (entry) => transact((c) => appendAudit(c, entry)),
    auditEntries: (filter, page) => read(() => auditEntries(filter, page)),
    auditEnds: () => read(auditEnds),
    auditAfter: (seq, limit) => read(() => auditAfter(seq, limit)),
    pruneAudit: (before, limit) => transact((c) => pruneAudit(c, before, limit)),
  }
}

/** Part of the transaction that it tells of, or one of its own. */
export function* appendAudit(
  { now, dialect }: Context,
  { actor, action, subject, details = {} }: NewAuditEntry,
): Program<AuditEntry> {
  // Held until the commit: two entries can not follow the same one.
  const end = yield* firstRow(
    `select seq, hash from audit_ends where name = 'head' ${dialect.forUpdate}`,
  )
  const entry: Omit<ChainedEntry, 'hash'> = {
    seq: asNumber(end?.seq) + 1,
    at: now,
    actor: { kind: actor.kind, id: kept(actor.id) },
    action,
    subject: kept(subject),
    details: kept(JSON.stringify(details)),
  }
  const hash = chainHash(asText(end?.hash), entry)
  yield* rows(
    `insert into audit (seq, at, actor_kind, actor_id, action, subject, details, hash)
      values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    entry.seq,
    entry.at,
    entry.actor.kind,
    entry.actor.id,
    entry.action,
    entry.subject,
    entry.details,
    hash,
  )
  yield* rows(`update audit_ends set seq = $1, hash = $2 where name = 'head'`, entry.seq, hash)
  yield* writeChange(now, 'hookline/audit', 'set', { seq: entry.seq }, entry.seq)
  return { ...entry, details }
}

/** As every database gives it back, or the hash would not be that of what is read. */
function kept(text: string): string {
  return withoutNul(text.slice(0, textCharactersMax).toWellFormed())
}

function* auditEntries(filter: AuditFilter, page: AuditPage): Program<AuditEntry[]> {
  const found = yield* rows(
    `select * from audit where seq < $1 and action = coalesce($2, action)
      and subject = coalesce($3, subject) order by seq desc limit ${page.limit}`,
    page.before ?? Number.MAX_SAFE_INTEGER,
    filter.action ?? null,
    filter.subject ?? null,
  )
  return found.map(toChained).map((entry) => ({
    seq: entry.seq,
    at: entry.at,
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    details: detailsIn(entry.details),
  }))
}

/** Somebody may have changed the text; that is for the check to say, and no reason to fail here. */
function detailsIn(text: string): AuditEntry['details'] {
  try {
    return JSON.parse(text) as AuditEntry['details'] // written by appendAudit
  } catch {
    return { unreadable: true }
  }
}

function* auditEnds(): Program<AuditEnds> {
  const found = yield* rows('select name, seq, hash from audit_ends')
  const end = (name: string) => {
    const row = found.find((each) => each.name === name)
    return { seq: asNumber(row?.seq), hash: asText(row?.hash) }
  }
  return { base: end('base'), head: end('head') }
}

function* auditAfter(seq: number, limit: number): Program<ChainedEntry[]> {
  const found = yield* rows(`select * from audit where seq > $1 order by seq limit ${limit}`, seq)
  return found.map(toChained)
}

function* pruneAudit({ dialect }: Context, before: number, limit: number): Program<number> {
  const base = yield* firstRow(
    `select seq from audit_ends where name = 'base' ${dialect.forUpdate}`,
  )
  const old = yield* rows(
    `select seq, hash, at from audit where seq > $1 order by seq limit ${limit}`,
    asNumber(base?.seq),
  )
  // From the beginning and without a gap, so that the rest is a chain still.
  const kept = old.findIndex((row) => asNumber(row.at) >= before)
  const last = (kept < 0 ? old : old.slice(0, kept)).at(-1)
  if (!last) return 0
  yield* rows('delete from audit where seq <= $1', asNumber(last.seq))
  yield* rows(
    `update audit_ends set seq = $1, hash = $2 where name = 'base'`,
    asNumber(last.seq),
    asText(last.hash),
  )
  return kept < 0 ? old.length : kept
}

function toChained(row: Row): ChainedEntry {
  return {
    seq: asNumber(row.seq),
    at: asNumber(row.at),
    // What another program wrote there is for the check to find.
    actor: { kind: asText(row.actor_kind), id: asText(row.actor_id) } as Actor,
    action: asText(row.action),
    subject: asText(row.subject),
    details: asText(row.details),
    hash: asText(row.hash),
  }
}
