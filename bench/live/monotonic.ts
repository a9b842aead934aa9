/** A clock that all processes of this machine share, and that nobody sets. Linux: CLOCK_MONOTONIC. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000
}
