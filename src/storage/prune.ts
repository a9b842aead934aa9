/**
 * Finite retention, in batches small enough that ingest does not wait: bodies first, dedupe keys
 * later, and never an event that is still to be handled.
 */
import { firstSeqSince } from './first-seq.ts'
import {
  asNumber,
  asText,
  type Context,
  firstRow,
  type Program,
  placeholders,
  rows,
} from './program.ts'
import type { Pruned, PruneOptions } from './storage.ts'

export function* prune(context: Context, options: PruneOptions): Program<Pruned> {
  return {
    events: yield* pruneEvents(context, options),
    ...(yield* pruneDedupeKeys(options)),
    changes: yield* pruneChanges(options),
    once: (yield* rows('delete from once where expires_at <= $1 returning key', context.now))
      .length,
  }
}

/** Deliveries and attempts go with their event; dead letters too, or they would grow for ever. */
function* pruneEvents(context: Context, { eventsBefore, limit }: PruneOptions): Program<number> {
  const { prunableUpTo } = context.dialect
  const upTo = prunableUpTo ? yield* prunableUpTo(context) : Number.MAX_SAFE_INTEGER
  const expired = yield* rows(
    `select id from events where seq < $2 and seq <= $3 and received_at < $1
      and not exists (select 1 from deliveries
        where event_id = events.id and state in ('ready', 'running'))
      order by seq limit ${limit}`,
    eventsBefore,
    yield* firstSeqSince(eventsBefore),
    upTo,
  )
  if (expired.length === 0) return 0
  const ids = expired.map((row) => asText(row.id))
  const list = placeholders(ids.length, 1)
  yield* rows(
    `delete from attempts where delivery_id in (select id from deliveries where event_id in ` +
      `(${list}))`,
    ...ids,
  )
  yield* rows(`delete from deliveries where event_id in (${list})`, ...ids)
  yield* rows(`delete from events where id in (${list})`, ...ids)
  return ids.length
}

/**
 * A slow walk over the keys in their own order, `limit` a time; it costs no index on the hot path.
 * A key stays as long as its event, or a repeat of what is still to be handled would be handled
 * twice.
 */
function* pruneDedupeKeys(
  options: PruneOptions,
): Program<Pick<Pruned, 'dedupeKeys' | 'dedupeKeysFrom'>> {
  const [source, key] = options.dedupeKeysFrom ?? ['', '']
  const walked = yield* rows(
    `select source, dedupe_key, received_at from dedupe_keys
      where (source, dedupe_key) > ($1, $2)
      order by source, dedupe_key limit ${options.limit}`,
    source,
    key,
  )
  let removed = 0
  for (const row of walked) {
    if (asNumber(row.received_at) >= options.dedupeKeysBefore) continue
    const gone = yield* rows(
      `delete from dedupe_keys where source = $1 and dedupe_key = $2
        and not exists (select 1 from events where events.id = dedupe_keys.event_id)
        returning event_id`,
      asText(row.source),
      asText(row.dedupe_key),
    )
    removed += gone.length
  }
  const last = walked.length < options.limit ? undefined : walked.at(-1)
  return {
    dedupeKeys: removed,
    dedupeKeysFrom: last ? [asText(last.source), asText(last.dedupe_key)] : null,
  }
}

/**
 * The newest change stays, so that a cursor is never given out twice. The row of a deleted document
 * goes with the change that says so: as long as that can be read, its version must not come again.
 */
function* pruneChanges({ changesBefore, limit }: PruneOptions): Program<number> {
  const newest = yield* firstRow('select coalesce(max(cursor), 0) as cursor from changes')
  const oldest = yield* rows(
    `select cursor, changed_at from changes where cursor < $1 order by cursor limit ${limit}`,
    asNumber(newest?.cursor),
  )
  const last = oldest.filter((row) => asNumber(row.changed_at) < changesBefore).at(-1)
  if (!last) return 0
  const gone = yield* rows(
    'delete from changes where cursor <= $1 returning path, type, version',
    asNumber(last.cursor),
  )
  for (const { path, version } of gone.filter(({ type }) => type === 'deleted')) {
    yield* rows(
      'delete from documents where path = $1 and version = $2 and data is null',
      asText(path),
      asNumber(version),
    )
  }
  return gone.length
}
