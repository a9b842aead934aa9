/** One step in the story of an event. */
import type { ReactNode } from 'react'
import { Icon, type IconName } from '../../parts/icon.tsx'
import type { Tone } from '../../parts/status.tsx'
import { Clock } from '../../parts/time.tsx'

const dots: Readonly<Record<Tone, string>> = {
  ok: 'bg-ok-soft text-ok',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  info: 'bg-info-soft text-info',
  muted: 'bg-sunken text-muted',
}

interface StepProps {
  readonly icon: IconName
  readonly tone: Tone
  readonly title: string
  readonly at?: string
  readonly aside?: ReactNode
  readonly children?: ReactNode
}

export function Step({ icon, tone, title, at, aside, children }: StepProps) {
  return (
    <li className="group flex gap-3">
      <div className="flex flex-col items-center">
        <span className={`flex size-7 items-center justify-center rounded-full ${dots[tone]}`}>
          <Icon name={icon} size={14} />
        </span>
        <span className="w-px flex-1 bg-line group-last:hidden" />
      </div>
      <div className="min-w-0 flex-1 pb-5">
        <div className="flex min-h-7 flex-wrap items-center gap-x-2 gap-y-1">
          <h2 className="min-w-0 font-medium break-words">{title}</h2>
          {at !== undefined && (
            <span className="text-xs text-muted">
              <Clock at={at} />
            </span>
          )}
          <span className="ml-auto">{aside}</span>
        </div>
        {children && <div className="text-muted">{children}</div>}
      </div>
    </li>
  )
}
