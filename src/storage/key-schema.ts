/** The tables of the vault and of the audit log. In braces what differs between the engines. */

export const keySchema: readonly string[] = [
  `create table keys (
    id {key} not null primary key,
    name {key} not null,
    mode {key} not null,
    version integer not null,
    kind text,
    fingerprint text not null,
    sealed {bytes} not null,
    data_key {bytes} not null,
    master_id {key} not null,
    good_until bigint,
    created_at bigint not null,
    last_used_at bigint,
    unique (name, mode, version)
  )`,
  `create table master_keys (
    slot integer not null primary key,
    master_id {key} not null,
    previous_id {key},
    fingerprint_key {bytes} not null
  )`,
  `create table audit (
    seq bigint not null primary key,
    at bigint not null,
    actor_kind text not null,
    actor_id text not null,
    action {key} not null,
    subject {key} not null,
    details text not null,
    hash text not null
  )`,
  `create table audit_ends (
    name {key} not null primary key, seq bigint not null, hash text not null
  ) {clustered}`,
  // Sixty-four zeros: what the first entry follows.
  `insert into audit_ends select name, 0, '${'0'.repeat(64)}'
    from (select 'base' as name union all select 'head') as ends`,
]
