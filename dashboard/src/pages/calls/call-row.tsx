/** One recorded call. */
import type { CallOutcome, CallView } from 'hookline/client'
import { Badge, type Tone } from '../../parts/status.tsx'
import { Ago, bytesText, spanText } from '../../parts/time.tsx'
import { visibleText } from '../../payload/visible-text.ts'

const tones: Readonly<Record<CallOutcome, Tone>> = {
  answered: 'ok',
  refused: 'warn',
  limited: 'warn',
  failed: 'bad',
  timed_out: 'bad',
  cancelled: 'muted',
}

/** The status that the API gave, else how the call ended without one. */
export function CallEnd({
  outcome,
  status,
}: {
  readonly outcome: CallOutcome
  readonly status: number | null
}) {
  const isFault = status !== null && status >= 400
  return (
    <Badge tone={isFault ? 'bad' : tones[outcome]}>
      {status === null ? outcome.replace('_', ' ') : String(status)}
    </Badge>
  )
}

export function CallRow({ call }: { readonly call: CallView }) {
  const { api, sub, method, path, status, outcome, startedAt, durationMs } = call
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
      <span className="shrink-0 sm:w-26">
        <CallEnd outcome={outcome} status={status} />
      </span>
      <span className="font-medium">{api}</span>
      <span
        className="min-w-0 truncate font-mono text-xs max-sm:order-last max-sm:w-full
          sm:flex-1"
      >
        {visibleText(`${method} ${path}`)}
      </span>
      <span className="max-w-40 truncate text-xs text-muted">{visibleText(sub)}</span>
      <span className="text-right sm:w-16 text-xs text-muted tabular-nums">
        {spanText(durationMs)}
      </span>
      <span className="w-16 text-right text-xs text-muted tabular-nums max-lg:hidden">
        {bytesText(call.bytesReceived)}
      </span>
      <span className="ml-auto text-right text-xs text-muted sm:w-20">
        <Ago at={startedAt} />
      </span>
    </li>
  )
}
