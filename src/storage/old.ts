/** Counts what a prune would remove. It removes nothing, and reads no more than it must. */
import { firstSeqSince } from './first-seq.ts'
import type { OldBefore, OldCounts } from './observed.ts'
import { asNumber, firstRow, type Program } from './program.ts'

const isOpen = `exists (select 1 from deliveries
  where event_id = events.id and state in ('ready', 'running'))`

export function* countOld(before: OldBefore): Program<OldCounts> {
  const events = yield* firstRow(
    `select count(*) as n from events where seq < $2 and received_at < $1 and not ${isOpen}`,
    before.eventsBefore,
    yield* firstSeqSince(before.eventsBefore),
  )
  // A key stays as long as its event does.
  const keys = yield* firstRow(
    `select count(*) as n from dedupe_keys where received_at < $1 and not exists (
      select 1 from events where events.id = dedupe_keys.event_id
        and (events.received_at >= $2 or ${isOpen}))`,
    before.dedupeKeysBefore,
    before.eventsBefore,
  )
  const changes = yield* firstRow(
    `select count(*) as n from changes
      where changed_at < $1 and cursor < (select max(cursor) from changes)`,
    before.changesBefore,
  )
  return {
    events: asNumber(events?.n),
    dedupeKeys: asNumber(keys?.n),
    changes: asNumber(changes?.n),
  }
}
