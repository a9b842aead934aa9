/** One call while it goes on: counted as it streams, and written down once, when it ends. */
import type { Clock } from '../base/clock.ts'
import { newId } from '../base/ids.ts'
import type { Mode } from '../base/mode.ts'
import type { CallOutcome } from '../storage/calls.ts'
import type { Spending } from './budget.ts'
import type { CallLog } from './call-log.ts'

export interface CallRecord {
  /** What the API answered. */
  status: number | null
  spending: Spending | undefined
  /** @throws BudgetSpent where the caller may spend no more. */
  addSent(bytes: number): void
  /** @throws BudgetSpent likewise. */
  addReceived(bytes: number): void
  /** The first end counts. */
  end(outcome: CallOutcome): void
}

export interface CallSubject {
  readonly api: string
  readonly sub: string
  readonly method: string
  /** Without the query. */
  readonly path: string
}

export function openRecord(
  { calls, clock, mode }: { readonly calls: CallLog; readonly clock: Clock; readonly mode: Mode },
  { api, sub, method, path }: CallSubject,
): CallRecord {
  const startedAt = clock.now()
  const id = newId('call', startedAt)
  const bytes = { sent: 0, received: 0 }
  let isEnded = false
  const record: CallRecord = {
    status: null,
    spending: undefined,
    addSent: (count) => {
      bytes.sent += count
      record.spending?.addBytes(count)
    },
    addReceived: (count) => {
      bytes.received += count
      record.spending?.addBytes(count)
    },
    end: (outcome) => {
      if (isEnded) return
      isEnded = true
      record.spending?.end()
      calls.record({
        ...{ id, mode, api, sub, method, path },
        status: record.status,
        outcome,
        startedAt,
        durationMs: Math.max(0, clock.now() - startedAt),
        bytesSent: bytes.sent,
        bytesReceived: bytes.received,
      })
    },
  }
  return record
}
