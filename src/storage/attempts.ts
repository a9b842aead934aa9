/** The record of one try. */
import { newId } from '../base/ids.ts'
import { countUp } from './counters.ts'
import { asNumber, asText, type Program, type Row, rows } from './program.ts'
import type { AttemptOutcome, Lease } from './storage.ts'

interface AttemptEnd {
  readonly now: number
  readonly outcome: AttemptOutcome
  readonly error: string | null
}

/**
 * @param delivery the row as it was while running. A stale worker that comes back finds its attempt
 *   recorded as crashed and turns it into fenced.
 */
export function* writeAttempt(delivery: Row, { now, outcome, error }: AttemptEnd): Program<void> {
  yield* rows(
    `insert into attempts (delivery_id, number, id, started_at, ended_at, outcome, error)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (delivery_id, number) do update set outcome = excluded.outcome,
        ended_at = excluded.ended_at`,
    asText(delivery.id),
    asNumber(delivery.attempts),
    newId('att', now),
    asNumber(delivery.started_at),
    now,
    outcome,
    error,
  )
}

/** Nothing of a stale worker is applied; that it came is recorded. */
export function* recordFenced(now: number, { id, token }: Lease): Program<void> {
  yield* countUp('fenced')
  yield* rows(
    `update attempts set outcome = 'fenced', ended_at = $3
      where delivery_id = $1 and outcome = 'crashed' and number = $2`,
    id,
    // Each claim adds one to both, so that the token of a claim is the number of its attempt.
    token,
    now,
  )
}
