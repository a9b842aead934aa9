/** Health: what was counted and measured, over time, with one cursor over all plots. */
import { useQuery } from '@tanstack/react-query'
import type { Mode, SeriesAnswer, SeriesView } from 'hookline/client'
import { useState } from 'react'
import { api } from '../../api/server.ts'
import { useMode } from '../../mode.ts'
import { Failure, Loading } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { bytesText, countText, spanText } from '../../parts/time.tsx'
import { Plot, type PlotLine } from './plot.tsx'

const spans = [
  { name: '1 h', ms: 3_600_000 },
  { name: '24 h', ms: 86_400_000 },
  { name: '30 d', ms: 2_592_000_000 },
] as const

interface Chart {
  readonly title: string
  readonly metrics: readonly string[]
  readonly says: (value: number) => string
}

const charts: readonly Chart[] = [
  { title: 'Events', metrics: ['received', 'duplicates', 'rejected'], says: countText },
  { title: 'Answered within', metrics: ['ack_ms'], says: spanText },
  { title: 'Deliveries', metrics: ['done', 'failed', 'retried'], says: countText },
  { title: 'Handlers took', metrics: ['handler_ms'], says: spanText },
  { title: 'Deliveries waiting', metrics: ['queue_depth'], says: countText },
  { title: 'The oldest waits for', metrics: ['queue_age_ms'], says: spanText },
  { title: 'Clients listening', metrics: ['streams'], says: countText },
  { title: 'Database', metrics: ['database_bytes'], says: bytesText },
  { title: 'Event loop is late by', metrics: ['loop_lag_ms'], says: spanText },
]

export function HealthPage() {
  const mode = useMode()
  const [span, setSpan] = useState<(typeof spans)[number]>(spans[0])
  const { data, error } = useSeries(mode, span.ms)
  return (
    <>
      <PageTitle title="Health" about="Sampled once a minute, over all processes.">
        <fieldset className="flex rounded-lg border border-line bg-surface p-0.5">
          <legend className="sr-only">Span of time</legend>
          {spans.map((one) => (
            <button
              key={one.name}
              type="button"
              aria-pressed={one === span}
              onClick={() => setSpan(one)}
              className={`h-7 rounded-md px-3 text-xs font-medium ${
                one === span ? 'bg-accent-soft text-accent' : 'text-muted hover:text-text'
              }`}
            >
              {one.name}
            </button>
          ))}
        </fieldset>
      </PageTitle>
      {error && <Failure error={error} />}
      {!data && !error && <Loading />}
      {data && (
        <div className="grid gap-4 px-4 pt-2 pb-8 md:grid-cols-2 2xl:grid-cols-3">
          {charts.map((chart) => (
            <Plot
              key={chart.title}
              title={chart.title}
              at={data.at.map((at) => Date.parse(at) / 1_000)}
              lines={linesOf(data.series, chart)}
              says={chart.says}
            />
          ))}
        </div>
      )}
    </>
  )
}

/** Read again each time that a minute was written down. */
function useSeries(mode: Mode, spanMs: number) {
  return useQuery({
    queryKey: ['samples', mode, spanMs],
    queryFn: () => readSeries(mode, new Date(Date.now() - spanMs).toISOString()),
  })
}

/** The server takes so many at once. */
const metricsPerQuestion = 8

async function readSeries(mode: Mode, since: string): Promise<Pick<SeriesAnswer, 'at' | 'series'>> {
  const names = charts.flatMap(({ metrics }) => metrics)
  const until = new Date().toISOString()
  const questions = [names.slice(0, metricsPerQuestion), names.slice(metricsPerQuestion)]
  const answers = await Promise.all(
    questions.map((metrics) => api.series({ metric: metrics.join(), mode, since, until })),
  )
  return { at: answers[0]?.at ?? [], series: answers.flatMap(({ series }) => series) }
}

const linesMax = 5

/** One metric of several sources is a line for each; of a histogram also the slowest hundredth. */
function linesOf(series: readonly SeriesView[], { metrics }: Chart): PlotLine[] {
  return metrics
    .flatMap((metric) => series.filter((one) => one.metric === metric))
    .flatMap(({ metric, label, kind, values: seen, p99 }) => {
      // What was not counted was nothing; what was not measured is not known.
      const values = kind === 'counter' ? seen.map((value) => value ?? 0) : seen
      const name = [metrics.length > 1 || label === '' ? metric : '', label]
        .filter((part) => part !== '')
        .join(' ')
        .replace(/_(ms|bytes)$/, '')
      const median = { name: p99 ? `${name} p50` : name, values }
      return p99 ? [median, { name: `${name} p99`, values: p99 }] : [median]
    })
    .slice(0, linesMax)
}
