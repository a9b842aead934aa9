/** Finding a time among the events, which have no index on it. */
import { asNumber, firstRow, type Program } from './program.ts'

/**
 * Where the events that are not older begin, found by halving: they are in the order of storing,
 * which is
 * the order of receiving but for clocks that stepped, so that no index on the time is needed.
 */
export function* firstSeqSince(before: number): Program<number> {
  const oldest = yield* firstRow('select coalesce(min(seq), 0) as seq from events')
  const newest = yield* firstRow('select coalesce(max(seq), 0) as seq from events')
  let from = asNumber(oldest?.seq)
  let to = asNumber(newest?.seq) + 1
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    const row = yield* firstRow(
      'select seq, received_at from events where seq >= $1 order by seq limit 1',
      middle,
    )
    if (row && asNumber(row.received_at) < before) from = asNumber(row.seq) + 1
    else to = middle
  }
  return from
}
