/** Adds up the newest calls: by who made them, and by what went wrong. */
import type { Mode } from '../base/mode.ts'
import {
  type CallerTotal,
  type CallFault,
  type CallOutcome,
  type CallTotals,
  callsCountedMax,
  callTotalsMax,
} from './calls.ts'
import { asNumber, asText, orNull, type Program, type Row, rows } from './program.ts'

const newest = `select * from calls where mode = $1 and started_at >= $2
  and seq > (select coalesce(max(seq), 0) from calls) - ${callsCountedMax}`

const isFault = `(outcome <> 'answered' or status >= 400)`

export function* callTotals(mode: Mode, since: number): Program<CallTotals> {
  const callers = yield* rows(
    `select api, sub, count(*) as calls, sum(case when ${isFault} then 1 else 0 end) as faults,
        cast(sum(bytes_sent + bytes_received) as bigint) as bytes, max(started_at) as last_at
      from (${newest}) newest group by api, sub
      order by count(*) desc, api, sub limit ${callTotalsMax}`,
    mode,
    since,
  )
  const faults = yield* rows(
    `select api, outcome, status, count(*) as calls, max(started_at) as last_at
      from (${newest}) newest where ${isFault} group by api, outcome, status
      order by count(*) desc, api, outcome, status limit ${callTotalsMax}`,
    mode,
    since,
  )
  return { callers: callers.map(toCaller), faults: faults.map(toFault) }
}

function toCaller(row: Row): CallerTotal {
  return {
    api: asText(row.api),
    sub: asText(row.sub),
    calls: asNumber(row.calls),
    faults: asNumber(row.faults),
    bytes: asNumber(row.bytes),
    lastAt: asNumber(row.last_at),
  }
}

function toFault(row: Row): CallFault {
  return {
    api: asText(row.api),
    outcome: asText(row.outcome) as CallOutcome, // as it was recorded
    status: orNull(asNumber, row.status),
    calls: asNumber(row.calls),
    lastAt: asNumber(row.last_at),
  }
}
