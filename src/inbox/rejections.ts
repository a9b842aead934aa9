/**
 * The requests that were refused lately, for the operator. The sender is told nothing of the
 * reason.
 */
import type { DiagnosisBudget } from './diagnose.ts'

const rejectionsMax = 200

export interface Rejection {
  readonly at: number
  readonly source: string
  readonly reason: string
  /** What it likely means and what to do. Said more exactly once that is found out. */
  detail: string
}

export interface Rejections {
  readonly recent: Rejection[]
  total: number
  readonly diagnoses: DiagnosisBudget
}

export function newRejections(): Rejections {
  return { recent: [], total: 0, diagnoses: new Map() }
}

export function addRejection(rejections: Rejections, rejection: Rejection): void {
  rejections.total++
  rejections.recent.unshift(rejection)
  rejections.recent.length = Math.min(rejections.recent.length, rejectionsMax)
}
