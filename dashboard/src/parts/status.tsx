/** States as a coloured dot and a word: the colour is never the only sign. */
import type { AttemptOutcome, DeliveryState, EventStatus } from 'hookline/client'

export type Tone = 'ok' | 'bad' | 'warn' | 'info' | 'muted'

const toneOf: Readonly<Record<EventStatus | DeliveryState | AttemptOutcome, Tone>> = {
  done: 'ok',
  failed: 'bad',
  timed_out: 'bad',
  crashed: 'bad',
  running: 'info',
  ready: 'info',
  parked: 'warn',
  fenced: 'warn',
  released: 'muted',
  unhandled: 'muted',
  cancelled: 'muted',
}

const words: Readonly<Partial<Record<string, string>>> = {
  timed_out: 'timed out',
  ready: 'waiting',
  unhandled: 'no handler',
}

const tones: Readonly<Record<Tone, string>> = {
  ok: 'text-ok bg-ok-soft',
  bad: 'text-bad bg-bad-soft',
  warn: 'text-warn bg-warn-soft',
  info: 'text-info bg-info-soft',
  muted: 'text-muted bg-sunken',
}

export function Status({
  state,
}: {
  readonly state: EventStatus | DeliveryState | AttemptOutcome
}) {
  return <Badge tone={toneOf[state] ?? 'muted'}>{words[state] ?? state}</Badge>
}

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <span
      className={`inline-flex h-5 items-center gap-1.5 rounded-full px-2 text-xs font-medium
        whitespace-nowrap ${tones[tone]}`}
    >
      <span className="size-1.5 rounded-full bg-current" aria-hidden="true" />
      {children}
    </span>
  )
}
