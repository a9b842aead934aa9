/**
 * Counts attempts to sign in that failed, per address and in all, in memory of a fixed size. So
 * many are answered at once, and one more after each interval.
 */

export interface AttemptLimit {
  readonly attemptsMax: number
  /** Then one more is answered. */
  readonly everyMs: number
}

export interface AttemptLimits {
  readonly perAddress: AttemptLimit
  /** For whoever has many addresses. */
  readonly inAll: AttemptLimit
}

export interface Attempts {
  readonly limits: AttemptLimits
  readonly addresses: Map<string, Bucket>
  all: Bucket | undefined
}

interface Bucket {
  left: number
  countedAtMs: number
}

/** More are not told apart: the longest unused is forgotten, and the limit in all still holds. */
export const addressesMax = 10_000

export function newAttempts(limits: AttemptLimits): Attempts {
  return { limits, addresses: new Map(), all: undefined }
}

/** Counts one attempt. False where it is one too many: then it must not be answered. */
export function takeAttempt(attempts: Attempts, address: string, nowMs: number): boolean {
  const { limits, addresses } = attempts
  const own = refilled(addresses.get(address), limits.perAddress, nowMs)
  const all = refilled(attempts.all, limits.inAll, nowMs)
  if (own.left === 0 || all.left === 0) return false
  own.left -= 1
  all.left -= 1
  attempts.all = all
  remember(addresses, address, own)
  return true
}

/** It was not a failure after all. */
export function giveBackAttempt({ addresses, all, limits }: Attempts, address: string): void {
  const own = addresses.get(address)
  if (own) own.left = Math.min(own.left + 1, limits.perAddress.attemptsMax)
  if (all) all.left = Math.min(all.left + 1, limits.inAll.attemptsMax)
}

function refilled(
  bucket: Bucket | undefined,
  { attemptsMax, everyMs }: AttemptLimit,
  nowMs: number,
): Bucket {
  if (bucket === undefined) return { left: attemptsMax, countedAtMs: nowMs }
  const more = Math.floor(Math.max(0, nowMs - bucket.countedAtMs) / everyMs)
  const left = Math.min(attemptsMax, bucket.left + more)
  // What has not yet added up to a whole one is kept.
  const countedAtMs = left === attemptsMax ? nowMs : bucket.countedAtMs + more * everyMs
  return { left, countedAtMs }
}

/** Moved to the end of the map, whose beginning is the longest unused. */
function remember(addresses: Map<string, Bucket>, address: string, bucket: Bucket): void {
  addresses.delete(address)
  addresses.set(address, bucket)
  const [oldest] = addresses.keys()
  if (addresses.size > addressesMax && oldest !== undefined) addresses.delete(oldest)
}
