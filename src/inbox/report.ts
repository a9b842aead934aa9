/**
 * Tells the operator of a refused request: at once in general words, then, after the answer is
 * made, with
 * the mistake that explains it. Nothing here reaches the sender, not even by the time that it
 * takes.
 */
import type { Log } from '../base/log.ts'
import type { WebhookRequest } from '../providers/provider.ts'
import { diagnose, takeDiagnosis } from './diagnose.ts'
import { explain, type RejectionReason } from './explain.ts'
import { addRejection, type Rejection, type Rejections } from './rejections.ts'
import type { Source, Sources } from './sources.ts'

export interface Reporting {
  readonly sources: Sources
  readonly rejections: Rejections
  readonly log: Log
}

export interface RefusedRequest {
  readonly source: Source
  readonly request: WebhookRequest
  readonly reason: RejectionReason
  readonly receivedAt: number
}

export function reportRefusal(reporting: Reporting, refused: RefusedRequest): void {
  const { source, reason, receivedAt: at } = refused
  const rejection = { at, source: source.name, reason, detail: explain(source, reason) }
  addRejection(reporting.rejections, rejection)
  // In a later turn: the answer, and the time until it, must not depend on what is found.
  setImmediate(() => void finishReport(reporting, refused, rejection))
}

async function finishReport(
  { sources, rejections, log }: Reporting,
  { source, request, reason, receivedAt }: RefusedRequest,
  rejection: Rejection,
): Promise<void> {
  if (takeDiagnosis(rejections.diagnoses, source.name, receivedAt)) {
    const now = Math.floor(receivedAt / 1000)
    const found = await diagnose({ source, sources, request, reason, now }).catch(() => undefined)
    if (found !== undefined) rejection.detail = found
  }
  log.warn('refused a webhook', { source: source.name, reason, detail: rejection.detail })
}
