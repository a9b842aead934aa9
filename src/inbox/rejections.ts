/**
 * The requests that were refused, kept for the operator: a few of each flood, in the background,
 * and never more than the limits here. The sender is told nothing of the reason.
 */
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { NewRejection, RejectionLimits } from '../storage/observed.ts'
import type { Storage } from '../storage/storage.ts'
import type { DiagnosisBudget } from './diagnose.ts'

/** With at most 4 KiB each this bounds the bytes as well: 40 MiB of all sources. */
export const rejectionLimits: RejectionLimits = { perSource: 1_000, total: 10_000 }
/** Of one source: so many at once, then so many a second. */
const burstMax = 30
const keptPerSecond = 1
/** They are written together, this long after the first. */
const writeAfterMs = 500
/** What waits while the database does not take it. */
const waitingMax = 500

interface Budget {
  left: number
  atMs: number
}

export interface Rejections {
  readonly storage: Pick<Storage, 'recordRejections'>
  readonly log: Log
  readonly diagnoses: DiagnosisBudget
  readonly budgets: Map<string, Budget>
  /** What is still being looked into. */
  readonly reports: Set<Promise<void>>
  waiting: NewRejection[]
  timer: NodeJS.Timeout | undefined
}

export function newRejections(storage: Pick<Storage, 'recordRejections'>, log: Log): Rejections {
  return {
    storage,
    log,
    diagnoses: new Map(),
    budgets: new Map(),
    reports: new Set(),
    waiting: [],
    timer: undefined,
  }
}

/** Whether one more of this source is kept. The others are in the log and in the counts alone. */
export function takesOneMore({ budgets, waiting }: Rejections, source: string, nowMs: number) {
  if (waiting.length >= waitingMax) return false
  const budget = budgets.get(source) ?? { left: burstMax, atMs: nowMs }
  const gained = (Math.max(0, nowMs - budget.atMs) * keptPerSecond) / 1_000
  budget.left = Math.min(burstMax, budget.left + gained)
  budget.atMs = nowMs
  budgets.set(source, budget)
  if (budget.left < 1) return false
  budget.left--
  return true
}

export function keepRejection(rejections: Rejections, rejection: NewRejection): void {
  rejections.waiting.push(rejection)
  if (rejections.timer) return
  rejections.timer = setTimeout(() => void write(rejections), writeAfterMs)
  rejections.timer.unref()
}

/** Resolves once all that was refused before is written, as far as it is kept. */
export async function flushRejections(rejections: Rejections): Promise<void> {
  await Promise.all(rejections.reports)
  await write(rejections)
}

async function write(rejections: Rejections): Promise<void> {
  clearTimeout(rejections.timer)
  rejections.timer = undefined
  const writing = rejections.waiting
  if (writing.length === 0) return
  rejections.waiting = []
  try {
    await rejections.storage.recordRejections(writing, rejectionLimits)
  } catch (error) {
    // They are in the log already. What the database does not take is not worth another try.
    rejections.log.warn('could not keep refused webhooks', {
      count: writing.length,
      error: errorText(error, 300),
    })
  }
}
