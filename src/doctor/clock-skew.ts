/** Compares this machine's clock with a server's. It is handed the answer: it opens nothing. */
import { type Finding, newFinding } from './finding.ts'

/** Providers take a signature for three to five minutes, of which delays need the most. */
const skewSecondsMax = 60

export interface ServerTime {
  readonly url: string
  /** As the header says it, in milliseconds. */
  readonly serverMs: number
  /** This machine's clock when it asked, and when it had the answer. */
  readonly askedMs: number
  readonly answeredMs: number
}

export function findClockSkew(time: ServerTime | undefined): Finding[] {
  if (time === undefined) return []
  const { url, serverMs, askedMs, answeredMs } = time
  // The header is of whole seconds, and was written somewhere between the two.
  const behind = Math.max(0, askedMs - (serverMs + 1_000))
  const ahead = Math.max(0, serverMs - answeredMs)
  const seconds = Math.round(Math.max(behind, ahead) / 1_000)
  if (seconds <= skewSecondsMax) return []
  const direction = behind > 0 ? 'behind' : 'ahead of'
  const what = `The clock of ${url} is ${seconds} seconds ${direction} this machine's.`
  return [newFinding('clock-skew', { path: url, line: 0 }, { what, identity: ['clock', url] })]
}
