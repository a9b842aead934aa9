/** The table of connections. In braces what differs between the engines. */

export const connectionSchema: readonly string[] = [
  `create table connections (
    source {key} not null,
    mode {key} not null,
    id text not null,
    key_mark text,
    endpoint_id text,
    secret_mark text,
    place text,
    endpoint_at bigint,
    primary key (source, mode)
  )`,
]
