/**
 * Tells the operator of a refused request, after the answer is made: with the mistake that explains
 * it, where one is found. Nothing here reaches the sender, not even by the time that it takes.
 */

import type { Log } from '../base/log.ts'
import { count, type Meter } from '../base/meter.ts'
import { scrub } from '../base/scrub.ts'
import type { WebhookRequest } from '../providers/provider.ts'
import type { NewRejection } from '../storage/observed.ts'
import { diagnose, takeDiagnosis } from './diagnose.ts'
import { explain, type RejectionReason } from './explain.ts'
import { keepRejection, type Rejections, takesOneMore } from './rejections.ts'
import type { Source, Sources } from './sources.ts'

/** Of what is kept of a request. */
const bodyBytesKept = 2_048
const headersKept = 50
const headerCharactersKept = 200
const headersCharactersKept = 2_000

export interface Reporting {
  readonly sources: Sources
  readonly rejections: Rejections
  readonly meter: Meter
  readonly log: Log
}

export interface RefusedRequest {
  readonly source: Source
  readonly request: WebhookRequest & { readonly remote?: (() => string | undefined) | undefined }
  readonly reason: RejectionReason
  readonly receivedAt: number
}

export function reportRefusal(reporting: Reporting, refused: RefusedRequest): void {
  count(reporting.meter, 'rejected', refused.source.name)
  // In a later turn: the answer, and the time until it, must not depend on what is found.
  const { promise, resolve } = Promise.withResolvers<void>()
  reporting.rejections.reports.add(promise)
  setImmediate(() => {
    void finishReport(reporting, refused).finally(() => {
      reporting.rejections.reports.delete(promise)
      resolve()
    })
  })
}

async function finishReport(
  { sources, rejections, log }: Reporting,
  refused: RefusedRequest,
): Promise<void> {
  const { source, request, reason, receivedAt } = refused
  let detail = explain(source, reason)
  if (takeDiagnosis(rejections.diagnoses, source.name, receivedAt)) {
    const now = Math.floor(receivedAt / 1000)
    const found = await diagnose({ source, sources, request, reason, now }).catch(() => undefined)
    if (found !== undefined) detail = found
  }
  log.warn('refused a webhook', { source: source.name, reason, detail })
  if (!takesOneMore(rejections, source.name, receivedAt)) return
  keepRejection(rejections, toRejection(refused, detail))
}

function toRejection(
  { source, request, reason, receivedAt }: RefusedRequest,
  detail: string,
): NewRejection {
  return {
    at: receivedAt,
    source: source.name,
    reason,
    detail,
    method: request.method.slice(0, 20),
    remote: request.remote?.() ?? null,
    headers: shownHeaders(request.headers, source.provider.secretHeaders),
    // A copy: a view would keep the whole body in memory.
    body: Uint8Array.from(request.body.subarray(0, bodyBytesKept)),
    bytes: request.body.byteLength,
  }
}

/** Nobody has proven to be the sender: whatever may be a secret is taken for one. */
const mayBeSecret = /authorization|cookie|token|secret|password|api-?key/i

function shownHeaders(
  headers: WebhookRequest['headers'],
  secretHeaders: readonly string[],
): [name: string, value: string][] {
  const shown: [string, string][] = []
  let characters = 0
  for (const [name, value] of headers.slice(0, headersKept)) {
    const isSecret = mayBeSecret.test(name) || secretHeaders.includes(name.toLowerCase())
    const text = isSecret ? '[withheld]' : scrub(value).slice(0, headerCharactersKept)
    characters += name.length + text.length
    if (characters > headersCharactersKept) break
    shown.push([name.slice(0, headerCharactersKept), text])
  }
  return shown
}
