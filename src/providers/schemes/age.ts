/**
 * Whether the time that a signature covers is near enough, by what is declared and what a source is
 * set to.
 */
import { checkTime, toleranceOf } from '../../signing/timestamp.ts'
import type { RefusedReason } from '../outcome.ts'
import type { VerifyContext } from '../request.ts'

export interface AgeLimits {
  /** As old as a delivery can be that its sender repeats without signing it anew. */
  readonly toleranceSeconds: number
  /** How far ahead: a clock may be wrong, but nothing is delivered before it is signed. */
  readonly futureToleranceSeconds: number
}

/** A tolerance that is set counts in both directions. */
export function refusedAge(
  atMs: number,
  { now, settings }: VerifyContext,
  limits: AgeLimits,
): RefusedReason | undefined {
  const set = settings?.toleranceSeconds
  return checkTime(
    atMs,
    now,
    toleranceOf(set, limits.toleranceSeconds),
    toleranceOf(set, limits.futureToleranceSeconds),
  )
}
