/** The table of calls: what began and ended outside, in the order in which it was written down. */

export const callSchema: readonly string[] = [
  `create table calls (
    seq {serial},
    id {key} not null unique,
    api {key} not null,
    sub {key} not null,
    method text not null,
    path text not null,
    status integer,
    outcome text not null,
    started_at bigint not null,
    duration_ms bigint not null,
    bytes_sent bigint not null,
    bytes_received bigint not null
  )`,
  'create index calls_sub on calls (sub, seq)',
]
