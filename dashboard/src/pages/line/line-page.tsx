/** Line: the home of the dashboard. What happens now, as a picture, and the list behind it. */
import type { Mode, StatsView } from 'hookline/client'
import { useEffect, useState } from 'react'
import { useFailedCount } from '../../api/lists.ts'
import { useSources, useStats } from '../../api/queries.ts'
import { useMode } from '../../mode.ts'
import { Failure, Loading } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { countText, spanText } from '../../parts/time.tsx'
import { PhoneCheckout } from '../sandbox/phone-checkout.tsx'
import type { Station } from './layout.ts'
import { LinePicture } from './line-picture.tsx'
import { showMode } from './passing.ts'
import { StationList } from './station-list.tsx'

export function LinePage() {
  const mode = useMode()
  const { data, error } = useSources()
  const [chosen, setChosen] = useState<Station>()
  useEffect(() => showMode(mode), [mode])
  if (error) return <Failure error={error} />
  if (!data) return <Loading />
  const sources = data.data.filter((source) => source.mode === mode)
  const targets = sources.flatMap(({ name, handlers }) =>
    [...new Set(handlers)].map((handler) => `${name}/${handler}`),
  )
  return (
    <div className="flex min-h-full flex-col pb-4">
      <PageTitle title="Line">
        <Numbers mode={mode} />
      </PageTitle>
      <LinePicture
        parts={{ sources, targets }}
        chosen={chosen?.id}
        onChoose={(station) => setChosen(station.id === chosen?.id ? undefined : station)}
      />
      <div className="flex flex-1 flex-col lg:flex-row-reverse lg:items-start">
        <PhoneCheckout />
        <StationList station={chosen} onClear={() => setChosen(undefined)} />
      </div>
    </div>
  )
}

function Numbers({ mode }: { readonly mode: Mode }) {
  const stats = useStats(mode).data
  const failed = useFailedCount(mode)
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 text-xs text-muted tabular-nums">
      {stats && <Totals stats={stats} />}
      <Figure
        name="Failed"
        value={countText(failed)}
        className={failed > 0 ? 'text-bad' : 'text-text'}
      />
    </dl>
  )
}

function Totals({ stats }: { readonly stats: StatsView }) {
  const { ready, running, parked } = stats.deliveries
  const waiting = ready + running
  const late = stats.oldestReadyMs > 1_000 ? `, oldest ${spanText(stats.oldestReadyMs)}` : ''
  return (
    <>
      <Figure name="Events" value={countText(stats.events)} />
      <Figure name="Waiting" value={`${countText(waiting)}${late}`} />
      {parked > 0 && <Figure name="Parked" value={countText(parked)} className="text-warn" />}
    </>
  )
}

interface FigureProps {
  readonly name: string
  readonly value: string
  readonly className?: string
}

function Figure({ name, value, className = 'text-text' }: FigureProps) {
  return (
    <div className="flex items-baseline gap-1.5">
      <dt>{name}</dt>
      <dd className={`text-sm font-semibold ${className}`}>{value}</dd>
    </div>
  )
}
