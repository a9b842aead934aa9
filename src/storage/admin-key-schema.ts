/** The tables of admin keys and sessions. In braces what differs between the engines. */

export const adminKeySchema: readonly string[] = [
  `create table admin_keys (
    id {key} not null primary key,
    name text not null,
    scope text not null,
    hash {key} not null unique,
    created_at bigint not null,
    expires_at bigint,
    revoked_at bigint,
    last_used_at bigint
  )`,
  `create table admin_sessions (
    hash {key} not null primary key,
    way text not null,
    scope text not null,
    epoch text not null,
    admin_key_id {key},
    started_at bigint not null,
    seen_at bigint not null,
    ends_at bigint not null
  )`,
]
