/** What a meter counted between two moments. Several may look at one meter without a part in it. */
import type { Meter, MetricName, Series } from './meter.ts'

type Totals = Pick<Series, 'count' | 'sum'> & { readonly buckets: readonly number[] | undefined }

/** How far each series was. */
export type Marks = ReadonlyMap<Series, Totals>

export interface Difference {
  readonly series: Series
  readonly metric: MetricName
  readonly label: string
  readonly count: number
  readonly sum: number
  readonly buckets: number[] | null
}

const nothing: Totals = { count: 0, sum: 0, buckets: undefined }

export function markMeter(meter: Meter): Marks {
  const marks = new Map<Series, Totals>()
  for (const series of allSeries(meter)) {
    const { count, sum, buckets } = series
    marks.set(series, { count, sum, buckets: buckets && [...buckets] })
  }
  return marks
}

/** Of the series in which anything happened. */
export function differencesSince(meter: Meter, marks: Marks): Difference[] {
  const differences: Difference[] = []
  for (const series of allSeries(meter)) {
    const before = marks.get(series) ?? nothing
    const count = series.count - before.count
    if (count === 0) continue
    const buckets = series.buckets?.map((each, i) => each - (before.buckets?.[i] ?? 0)) ?? null
    const { metric, label } = series
    differences.push({ series, metric, label, count, sum: series.sum - before.sum, buckets })
  }
  return differences
}

export function* allSeries(meter: Meter): Generator<Series> {
  for (const byLabel of meter.series.values()) yield* byLabel.values()
}
