/**
 * Counting and measuring in memory, for the health of this process. What is counted per event costs
 * a look-up and an addition: nothing is allocated once a series is there.
 */

export type MetricKind = 'counter' | 'gauge' | 'histogram'

export interface Metric {
  readonly kind: MetricKind
  /** What its label is the name of; a metric without one has a single series. */
  readonly labelled?: 'source' | 'handler'
  readonly unit?: 'ms' | 'bytes'
  readonly says: string
}

/** Every metric there is; the same names in samples, in the API and in `/metrics`. */
export const metrics = {
  received: { kind: 'counter', labelled: 'source', says: 'Events stored for the first time.' },
  duplicates: { kind: 'counter', labelled: 'source', says: 'Repeats of stored events.' },
  rejected: { kind: 'counter', labelled: 'source', says: 'Webhooks that were refused.' },
  unstored: { kind: 'counter', labelled: 'source', says: 'Webhooks that could not be stored.' },
  ack_ms: {
    ...{ kind: 'histogram', labelled: 'source', unit: 'ms' },
    says: 'From the arrival of a webhook to its answer.',
  },
  done: { kind: 'counter', labelled: 'handler', says: 'Deliveries that were done.' },
  failed: { kind: 'counter', labelled: 'handler', says: 'Deliveries that failed for good.' },
  retried: { kind: 'counter', labelled: 'handler', says: 'Attempts that will be made again.' },
  handler_ms: {
    ...{ kind: 'histogram', labelled: 'handler', unit: 'ms' },
    says: 'How long a handler ran.',
  },
  queue_depth: { kind: 'gauge', says: 'Deliveries that are due or wait to be.' },
  queue_age_ms: { kind: 'gauge', unit: 'ms', says: 'How long the oldest due one has waited.' },
  streams: { kind: 'gauge', says: 'Clients that are connected to live paths.' },
  database_bytes: { kind: 'gauge', unit: 'bytes', says: 'Size of the database.' },
  loop_lag_ms: { kind: 'histogram', unit: 'ms', says: 'How late the event loop came to its work.' },
} as const satisfies Readonly<Record<string, Metric>>

export type MetricName = keyof typeof metrics

/** Upper bounds of the buckets, in milliseconds; what is above the last is in one more. */
export const bucketBounds: readonly number[] = [
  1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000,
  5_000, 7_000, 10_000, 15_000, 20_000, 30_000, 60_000,
]

/** Labels of one metric; those that come after are counted together. */
const labelsMax = 500
export const otherLabel = '(other)'

export interface Series {
  readonly metric: MetricName
  readonly label: string
  count: number
  sum: number
  max: number
  /** Of a histogram only. */
  readonly buckets: number[] | undefined
}

export interface Meter {
  readonly series: ReadonlyMap<MetricName, Map<string, Series>>
}

export function newMeter(): Meter {
  const names = Object.keys(metrics) as MetricName[] // the keys of that very object
  return { series: new Map(names.map((name) => [name, new Map()])) }
}

export function count(meter: Meter, metric: MetricName, label = '', by = 1): void {
  seriesOf(meter, metric, label).count += by
}

/** @param value of a gauge, or in milliseconds of a histogram. */
export function observe(meter: Meter, metric: MetricName, label: string, value: number): void {
  const series = seriesOf(meter, metric, label)
  series.count++
  series.sum += value
  if (value > series.max) series.max = value
  const bucket = bucketOf(value)
  if (series.buckets) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
}

function seriesOf(meter: Meter, metric: MetricName, label: string): Series {
  return meter.series.get(metric)?.get(label) ?? newSeries(meter, metric, label)
}

function newSeries(meter: Meter, metric: MetricName, label: string): Series {
  const known = meter.series.get(metric) ?? new Map<string, Series>()
  const name = known.size < labelsMax ? label : otherLabel
  const there = known.get(name)
  if (there) return there
  const isHistogram = metrics[metric].kind === 'histogram'
  const buckets = isHistogram ? bucketBounds.map(() => 0).concat(0) : undefined
  const series: Series = { metric, label: name, count: 0, sum: 0, max: 0, buckets }
  known.set(name, series)
  return series
}

function bucketOf(value: number): number {
  let low = 0
  let high = bucketBounds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value <= (bucketBounds[middle] ?? 0)) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * The value below which this part of all values is, between the bounds of its bucket; null where
 * there are none. It is never more than the greatest value was.
 */
export function quantile(buckets: readonly number[], part: number, max: number): number | null {
  const total = buckets.reduce((sum, each) => sum + each, 0)
  if (total === 0) return null
  let wanted = part * total
  for (const [i, inside] of buckets.entries()) {
    if (wanted > inside) {
      wanted -= inside
      continue
    }
    const from = bucketBounds[i - 1] ?? 0
    const to = Math.min(bucketBounds[i] ?? max, max)
    return from > to ? to : from + ((to - from) * wanted) / Math.max(inside, 1)
  }
  return max
}
