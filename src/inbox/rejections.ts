/**
 * The requests that were refused lately, for the operator. The sender is told nothing of the
 * reason.
 */

const rejectionsMax = 200

export interface Rejection {
  readonly at: number
  readonly source: string
  readonly reason: string
  /** What it likely means and what to do. */
  readonly detail: string
}

export interface Rejections {
  readonly recent: Rejection[]
  total: number
}

export function newRejections(): Rejections {
  return { recent: [], total: 0 }
}

export function addRejection(rejections: Rejections, rejection: Rejection): void {
  rejections.total++
  rejections.recent.unshift(rejection)
  rejections.recent.length = Math.min(rejections.recent.length, rejectionsMax)
}
