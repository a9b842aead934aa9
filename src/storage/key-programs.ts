/** Programs on the keys of the vault. What they store is sealed before it gets here. */
import type { Mode } from '../base/mode.ts'
import type { NewAuditEntry } from './audit.ts'
import { appendAudit } from './audit-programs.ts'
import { writeChange } from './changes.ts'
import { counter, countUp } from './counters.ts'
import {
  type KeyPut,
  type KeyStorage,
  type KeyUse,
  keysMax,
  type MasterKeyState,
  type PutKey,
  type RewrapStep,
  type StoredKey,
} from './keys.ts'
import {
  asBytes,
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

/** The path in the change log that tells of changed keys; it holds nothing about them. */
const keysPath = 'hookline/keys'
const wakes = { wakes: true }

export function keyVerbs({ transact, read }: Engine): KeyStorage {
  return {
    masterKeyState: () => read(() => masterKeyState()),
    beginMasterKey: (state) => transact(() => beginMasterKey(state)),
    keys: () => read(keys),
    putKey: (key, entry) => transact((c) => putKey(c, key, entry), wakes),
    removeKey: (name, mode, entry) => transact((c) => removeKey(c, { name, mode, entry }), wakes),
    useKey: (name, mode, use) => transact((c) => useKey(c, { name, mode, ...use })),
    keysVersion: () => read(() => counter('keys')),
    beginRewrap: (from, to) => transact((c) => beginRewrap(c, from, to)),
    advanceRewrap: (limit, rewrap) => transact((c) => advanceRewrap(c, limit, rewrap)),
  }
}

function* masterKeyState(behind = ''): Program<MasterKeyState | undefined> {
  const row = yield* firstRow(`select * from master_keys where slot = 1 ${behind}`)
  return row && toState(row)
}

function* beginMasterKey({
  masterId,
  fingerprintKey,
}: Omit<MasterKeyState, 'previousId'>): Program<MasterKeyState> {
  yield* rows(
    `insert into master_keys (slot, master_id, previous_id, fingerprint_key)
      values (1, $1, null, $2) on conflict (slot) do nothing`,
    masterId,
    fingerprintKey,
  )
  const row = yield* firstRow('select * from master_keys where slot = 1')
  return toState(row as Row) // it was there, or was just written
}

function* keys({ now }: Context): Program<StoredKey[]> {
  const found = yield* rows(
    `select * from keys where good_until is null or good_until > $1
      order by name, mode, version desc`,
    now,
  )
  return found.map(toStoredKey)
}

function* putKey(context: Context, key: PutKey, entry: NewAuditEntry): Program<KeyPut> {
  const { now, dialect } = context
  // Held until the commit, so that neither a rotation of the master key nor another write of this
  // name comes between.
  const state = yield* masterKeyState(dialect.forUpdate)
  if (state?.masterId !== key.masterId) return { result: 'master_changed' }
  const newest = yield* newestVersion(key.name, key.mode)
  if (newest + 1 !== key.version) return { result: 'version_taken' }
  if (newest === 0 && (yield* countKeys()) >= keysMax) return { result: 'full' }
  yield* retire(key, now)
  const row = yield* insertKey(key, now)
  yield* tellOfChange(context)
  yield* appendAudit(context, entry)
  return { result: 'put', key: toStoredKey(row) }
}

function* newestVersion(name: string, mode: Mode): Program<number> {
  const row = yield* firstRow(
    'select coalesce(max(version), 0) as version from keys where name = $1 and mode = $2',
    name,
    mode,
  )
  return asNumber(row?.version)
}

function* countKeys(): Program<number> {
  const row = yield* firstRow('select count(*) as n from keys where good_until is null')
  return asNumber(row?.n)
}

/** With a grace the newest gets an end, and those that have one keep it; without, all go. */
function* retire({ name, mode, graceMs }: PutKey, now: number): Program<void> {
  if (graceMs > 0) {
    yield* rows(
      `update keys set good_until = $3 where name = $1 and mode = $2 and good_until is null`,
      name,
      mode,
      now + graceMs,
    )
  }
  yield* rows(
    `delete from keys where name = $1 and mode = $2 and (good_until is null or good_until <= $3)`,
    name,
    mode,
    graceMs > 0 ? now : Number.MAX_SAFE_INTEGER,
  )
}

function* insertKey(key: PutKey, now: number): Program<Row> {
  const row = yield* firstRow(
    `insert into keys (id, name, mode, version, kind, fingerprint, sealed, data_key, master_id,
        good_until, created_at, last_used_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, null, $10, null) returning *`,
    key.id,
    key.name,
    key.mode,
    key.version,
    key.kind,
    key.fingerprint,
    key.sealed,
    key.dataKey,
    key.masterId,
    now,
  )
  return row as Row // an insert gives back its row
}

function* removeKey(
  context: Context,
  { name, mode, entry }: { name: string; mode: Mode; entry: NewAuditEntry },
): Program<boolean> {
  const gone = yield* rows(
    'delete from keys where name = $1 and mode = $2 returning id',
    name,
    mode,
  )
  if (gone.length === 0) return false
  yield* tellOfChange(context)
  yield* appendAudit(context, entry)
  return true
}

function* useKey(
  context: Context,
  { name, mode, everyMs, entry }: KeyUse & { name: string; mode: Mode },
): Program<boolean> {
  const noted = yield* firstRow(
    `update keys set last_used_at = $3
      where name = $1 and mode = $2 and good_until is null
        and (last_used_at is null or last_used_at <= $4) returning id`,
    name,
    mode,
    context.now,
    context.now - everyMs,
  )
  if (!noted) return false
  yield* appendAudit(context, entry)
  return true
}

function* tellOfChange({ now }: Context): Program<void> {
  yield* countUp('keys')
  yield* writeChange(now, keysPath, 'set', {}, yield* counter('keys'))
}

function* beginRewrap(
  { dialect }: Context,
  from: string,
  { masterId, fingerprintKey }: Omit<MasterKeyState, 'previousId'>,
): Program<MasterKeyState> {
  const state = yield* masterKeyState(dialect.forUpdate)
  if (state?.masterId === from && state.previousId === null) {
    yield* rows(
      `update master_keys set master_id = $1, previous_id = $2, fingerprint_key = $3
        where slot = 1`,
      masterId,
      from,
      fingerprintKey,
    )
  }
  const row = yield* firstRow('select * from master_keys where slot = 1')
  return toState(row as Row) // whoever begins a rotation has read it
}

function* advanceRewrap(
  context: Context,
  limit: number,
  rewrap: (key: StoredKey) => Uint8Array,
): Program<RewrapStep> {
  const state = yield* masterKeyState(context.dialect.forUpdate)
  if (!state?.previousId) return { rewrapped: 0, isDone: true }
  const found = yield* rows(
    `select * from keys where master_id <> $1 order by id limit ${limit}`,
    state.masterId,
  )
  for (const key of found.map(toStoredKey)) {
    yield* rows(
      'update keys set data_key = $2, master_id = $3 where id = $1',
      key.id,
      rewrap(key),
      state.masterId,
    )
  }
  const isDone = found.length < limit
  if (isDone) yield* rows('update master_keys set previous_id = null where slot = 1')
  return { rewrapped: found.length, isDone }
}

function toState(row: Row): MasterKeyState {
  return {
    masterId: asText(row.master_id),
    previousId: orNull(asText, row.previous_id),
    fingerprintKey: asBytes(row.fingerprint_key),
  }
}

function toStoredKey(row: Row): StoredKey {
  return {
    id: asText(row.id),
    name: asText(row.name),
    mode: row.mode === 'live' ? 'live' : 'test',
    version: asNumber(row.version),
    kind: orNull(asText, row.kind),
    fingerprint: asText(row.fingerprint),
    sealed: asBytes(row.sealed),
    dataKey: asBytes(row.data_key),
    masterId: asText(row.master_id),
    goodUntil: orNull(asNumber, row.good_until),
    createdAt: asNumber(row.created_at),
    lastUsedAt: orNull(asNumber, row.last_used_at),
  }
}
