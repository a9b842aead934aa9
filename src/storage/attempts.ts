/** The record of one try. */
import { newId } from '../base/ids.ts'
import { countUp } from './counters.ts'
import { asNumber, asText, firstRow, type Program, type Row, rows } from './program.ts'
import type { AttemptOutcome, Lease } from './storage.ts'

interface AttemptEnd {
  readonly now: number
  readonly outcome: AttemptOutcome
  readonly error: string | null
}

/**
 * @param delivery the row as it was while running. An attempt that has come back and was fenced
 * stays
 *   fenced when its lease is taken back after that.
 */
export function* writeAttempt(delivery: Row, { now, outcome, error }: AttemptEnd): Program<void> {
  yield* rows(
    `insert into attempts (delivery_id, number, id, started_at, ended_at, outcome, error)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (delivery_id, number) do update set outcome = excluded.outcome,
        ended_at = excluded.ended_at
        where attempts.outcome <> 'fenced' or excluded.outcome <> 'crashed'`,
    asText(delivery.id),
    asNumber(delivery.attempts),
    newId('att', now),
    asNumber(delivery.started_at),
    now,
    outcome,
    error,
  )
}

/**
 * Nothing of a stale worker is applied; that it came is recorded. Its heartbeat and its settlement
 * may both come, so that only the first of them is counted.
 */
export function* recordFenced(now: number, lease: Lease): Program<void> {
  const recorded = (yield* turnCrashedIntoFenced(now, lease)) ?? (yield* insertFenced(now, lease))
  if (recorded) yield* countUp('fenced')
}

/** Where the delivery was taken over, the attempt is recorded as crashed. */
function turnCrashedIntoFenced(now: number, { id, token }: Lease): Program<Row | undefined> {
  return firstRow(
    `update attempts set outcome = 'fenced', ended_at = $3
      where delivery_id = $1 and outcome = 'crashed' and number = $2 returning id`,
    id,
    // Each claim adds one to both, so that the token of a claim is the number of its attempt.
    token,
    now,
  )
}

/** Where the lease ran out and nobody has taken the delivery over yet, nothing is recorded. */
function insertFenced(now: number, { id, token }: Lease): Program<Row | undefined> {
  return firstRow(
    `insert into attempts (delivery_id, number, id, started_at, ended_at, outcome)
      select id, attempts, $3, started_at, $4, 'fenced' from deliveries
        where id = $1 and token = $2 and state = 'running'
      on conflict (delivery_id, number) do nothing returning id`,
    id,
    token,
    newId('att', now),
    now,
  )
}
