/**
 * The schema, as a list of steps that only grows. Each step is one transaction together with its
 * line in
 * `migrations`, so that a process killed half-way leaves the step done or not begun.
 */
import { HooklineError } from '../base/errors.ts'
import { adminKeySchema } from './admin-key-schema.ts'
import { callSchema } from './call-schema.ts'
import { connectionSchema } from './connection-schema.ts'
import { keySchema } from './key-schema.ts'
import { observedSchema } from './observed-schema.ts'
import { postgresTuning } from './postgres/tuning.ts'
import { asNumber, type Context, type Dialect, firstRow, type Program, rows } from './program.ts'
import type { EngineName } from './storage.ts'

export interface Migration {
  readonly version: number
  readonly name: string
  readonly statements: readonly string[]
  /** On PostgreSQL alone, after the others. */
  readonly onPostgres?: readonly string[]
}

/** In braces what differs between the engines; see `inDialect`. */
const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'events, deliveries, documents and the change log',
    statements: [
      `create table events (
        seq {serial},
        id {key} not null unique,
        source {key} not null,
        dedupe_key {key} not null,
        type text not null,
        mode text not null,
        received_at bigint not null,
        occurred_at bigint,
        headers text not null,
        body {bytes} not null,
        body_hash {bytes} not null
      )`,
      // The key outlives its event: a provider may repeat itself after the body has been pruned.
      `create table dedupe_keys (
        source {key} not null,
        dedupe_key {key} not null,
        event_id {key} not null,
        received_at bigint not null,
        primary key (source, dedupe_key)
      ) {clustered}`,
      `create table deliveries (
        seq {serial},
        id {key} not null unique,
        event_id {key} not null,
        target {key} not null,
        order_key {key},
        state text not null,
        attempts integer not null default 0,
        retried_from integer not null default 0,
        crashes integer not null default 0,
        token bigint not null default 0,
        due_at bigint not null,
        lease_until bigint,
        started_at bigint,
        parked_on {key},
        last_error text,
        created_at bigint not null,
        updated_at bigint not null
      )`,
      `create index deliveries_due on deliveries (due_at, seq)
        where state = 'ready' and crashes = 0`,
      // Apart, so that who looks for them does not walk over a backlog of the others.
      `create index deliveries_suspect on deliveries (due_at, seq)
        where state = 'ready' and crashes > 0`,
      `create index deliveries_leased on deliveries (lease_until) where state = 'running'`,
      `create index deliveries_parked on deliveries (parked_on) where state = 'parked'`,
      `create index deliveries_failed on deliveries (seq) where state = 'failed'`,
      `create index deliveries_event on deliveries (event_id)`,
      `create index deliveries_ordered on deliveries (target, order_key, seq)
        where order_key is not null and state in ('ready', 'running', 'parked')`,
      `create index deliveries_ordered_running on deliveries (target, order_key)
        where order_key is not null and state = 'running'`,
      `create table attempts (
        delivery_id {key} not null,
        number integer not null,
        id text not null,
        started_at bigint not null,
        ended_at bigint not null,
        outcome text not null,
        error text,
        primary key (delivery_id, number)
      ) {clustered}`,
      // A deleted document keeps its row, with no data, until its change is pruned: versions never
      // repeat.
      `create table documents (
        path {key} not null primary key,
        data text,
        version bigint not null,
        updated_at bigint not null
      ) {clustered}`,
      `create table changes (
        cursor {serial},
        path {key} not null,
        type text not null,
        data text not null,
        version bigint not null,
        changed_at bigint not null
      )`,
      `create table replays (
        seq {serial},
        id {key} not null unique,
        state text not null,
        filter text not null,
        targets text,
        position bigint not null,
        last bigint not null,
        matched bigint not null,
        replayed bigint not null,
        created_at bigint not null,
        updated_at bigint not null
      )`,
      `create table once (key {key} not null primary key, expires_at bigint not null) {clustered}`,
      `create table counters (name {key} not null primary key, value bigint not null) {clustered}`,
    ],
  },
  {
    version: 2,
    name: 'rejections, samples, types and what changed a document',
    statements: observedSchema,
  },
  {
    version: 3,
    name: 'keys and the audit log',
    statements: keySchema,
  },
  {
    version: 4,
    name: 'calls',
    statements: callSchema,
  },
  {
    version: 5,
    name: 'admin keys and sessions',
    statements: adminKeySchema,
  },
  {
    version: 6,
    name: 'connections',
    statements: connectionSchema,
  },
  {
    version: 7,
    name: 'the secret that verified an event, and the mode of a call',
    statements: [
      'alter table events add column verified_with text',
      `alter table calls add column mode text not null default 'test'`,
    ],
  },
  {
    version: 8,
    name: 'how PostgreSQL keeps what is written often',
    statements: [],
    onPostgres: postgresTuning,
  },
]

const createMigrations = `create table if not exists migrations (
        version integer not null primary key, name text not null, applied_at bigint not null
      )`

/** One migration that begins, `number` of `count`. */
export interface MigrationStep {
  readonly number: number
  readonly count: number
  readonly name: string
}

/** Brings the schema to this version of Hookline. Run in one transaction. */
export function* migrate(
  { now, dialect }: Context,
  onStep?: (step: MigrationStep) => void,
): Program<number> {
  yield* rows(createMigrations)
  const current = yield* schemaVersion()
  const plan = planFrom(current, dialect.name)
  for (const [i, { version, name, statements }] of plan.entries()) {
    onStep?.({ number: i + 1, count: plan.length, name })
    for (const statement of statements) yield* rows(statement)
    yield* rows('insert into migrations values ($1, $2, $3)', version, name, now)
  }
  return current
}

/** Whether nothing is to do. Fails where the schema is not there at all. */
export function* isSchemaCurrent(): Program<boolean> {
  return (yield* schemaVersion()) === migrations.at(-1)?.version
}

/** Whether the schema was ever made here. */
export function* hasMigrations({ name }: Dialect): Program<boolean> {
  const row = yield* firstRow(
    name === 'sqlite'
      ? `select name from sqlite_schema where name = 'migrations'`
      : `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relname = 'migrations' and n.nspname = current_schema()`,
  )
  return row !== undefined
}

/** What brings a schema of this version to that of this Hookline. */
export function planFrom(current: number, engine: EngineName): Migration[] {
  refuseNewer(current)
  return migrations
    .filter(({ version }) => version > current)
    .map((step) => ({
      ...step,
      statements: statementsFor(step, engine).map((s) => inDialect(s, engine)),
    }))
}

function statementsFor({ statements, onPostgres = [] }: Migration, engine: EngineName) {
  return engine === 'postgres' ? [...statements, ...onPostgres] : statements
}

/** A plan as text to read, or to run by hand; empty where nothing is to do. */
export function toSql(plan: readonly Migration[], before: readonly string[], now: number): string {
  if (plan.length === 0) return ''
  const steps = plan.flatMap(({ version, name, statements }) => [
    ...statements,
    `insert into migrations values (${version}, '${name}', ${now})`,
  ])
  return ['begin', ...before, createMigrations, ...steps, 'commit', ''].join(';\n').trimEnd()
}

export function* schemaVersion(): Program<number> {
  const row = yield* firstRow('select coalesce(max(version), 0) as version from migrations')
  const current = asNumber(row?.version)
  refuseNewer(current)
  return current
}

function refuseNewer(current: number): void {
  const known = migrations.at(-1)?.version ?? 0
  if (current <= known) return
  throw new HooklineError(
    'storage_incompatible',
    `The database has schema version ${current}; this Hookline knows ${known}. A newer Hookline ` +
      'wrote it. Run that version, or restore the backup made before the update.',
  )
}

function inDialect(statement: string, engine: EngineName): string {
  const isSqlite = engine === 'sqlite'
  return statement
    .replace(
      '{serial}',
      isSqlite ? 'integer primary key' : 'bigint generated always as identity primary key',
    )
    .replace('{clustered}', isSqlite ? 'without rowid' : '')
    .replaceAll('{bytes}', isSqlite ? 'blob' : 'bytea')
    .replaceAll('{key}', isSqlite ? 'text' : 'text collate "C"')
}
