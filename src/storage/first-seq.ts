/** Finding a time among the events, which have no index on it. */
import { asNumber, firstRow, type Program } from './program.ts'

/**
 * Where the events that are not older begin, found by halving: they are in the order of storing,
 * which is the order of receiving but for clocks that stepped, so that no index on the time is
 * needed.
 */
export function* firstSeqSince(before: number): Program<number> {
  const found = yield* firstRow(
    `with recursive half(low, high) as (
        select coalesce((select min(seq) from events), 0),
          coalesce((select max(seq) from events), 0) + 1
        union all
        select case when ${middle('received_at')} < $1 then ${middle('seq')} + 1 else low end,
          case when ${middle('received_at')} < $1 then high else (low + high) / 2 end
        from half where low < high)
      select low from half where low >= high`,
    before,
  )
  return asNumber(found?.low)
}

/** Of the first event from the middle on; null where there is none. */
function middle(column: string): string {
  return `(select ${column} from events where seq >= (low + high) / 2 order by seq limit 1)`
}
