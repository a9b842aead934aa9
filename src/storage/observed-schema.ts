/**
 * The tables of what is observed beside the events themselves: refused requests, samples, the types
 * that each source sends. None of them is written on the way of an event.
 */

/** In braces what differs between the engines; see migrations.ts. */
export const observedSchema: readonly string[] = [
  `create table rejections (
    seq {serial},
    at bigint not null,
    source {key} not null,
    reason text not null,
    detail text not null,
    method text not null,
    remote text,
    headers text not null,
    body {bytes} not null,
    body_bytes bigint not null
  )`,
  'create index rejections_source on rejections (source, seq)',
  // A row is one process's own, so that no two of them ever wait for one another.
  `create table samples (
    step_ms bigint not null,
    metric {key} not null,
    at bigint not null,
    label {key} not null,
    process {key} not null,
    count bigint not null,
    sum bigint not null,
    max bigint not null,
    buckets text,
    primary key (step_ms, metric, at, label, process)
  ) {clustered}`,
  // Added up after the fact: an index on the events would cost each of them more than half as much
  // again.
  `create table event_types (
    source {key} not null,
    type {key} not null,
    received bigint not null,
    first_seq bigint not null,
    last_seq bigint not null,
    last_at bigint not null,
    primary key (source, type)
  ) {clustered}`,
  'alter table changes add column event_id {key}',
  // Of documents alone: the lines about events and deliveries are the most, and have no history.
  `create index changes_document on changes (path, cursor)
    where path < 'hookline/' or path >= 'hookline0'`,
  'create index changes_event on changes (event_id) where event_id is not null',
  'alter table replays add column per_second bigint',
]
