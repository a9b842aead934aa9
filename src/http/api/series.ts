/** `/stats/series`: what was counted and measured over time, all of it on one axis. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import { HooklineError } from '../../base/errors.ts'
import { type Metric, type MetricName, metrics, quantile } from '../../base/meter.ts'
import type * as wire from '../../client/wire.ts'
import type { Sample } from '../../storage/observed.ts'
import { dayMs, hourMs, minuteMs, monthMs } from '../../storage/sampler.ts'
import type { Served } from '../served.ts'
import { mode } from './event-view.ts'
import { moment, text, timestamp } from './fields.ts'
import { sourceOf, sourcesOfMode } from './modes.ts'
import { type ApiRouter, json, refusals, strict } from './router.ts'

const names = Object.keys(metrics) as MetricName[] // the keys of that very object
export const pointsMax = 1_500
const metricsAskedMax = 8
/** Rows of one metric: more processes, labels or minutes than this are cut off, and it is said. */
const samplesMax = 100_000

const numbers = z.array(z.number().nullable())

const seriesView = z
  .object({
    metric: z.string(),
    kind: z.enum(['counter', 'gauge', 'histogram']),
    unit: z.string().nullable().openapi({ description: '`ms`, `bytes`, or null for a number.' }),
    label: z.string().openapi({ description: 'A source or a handler; empty where it is neither.' }),
    values: numbers.openapi({
      description:
        'In the order of `at`: how many of a counter, the mean of a gauge, the median of a ' +
        'histogram. Null where nothing was observed.',
    }),
    p99: numbers.optional().openapi({ description: 'Of a histogram.' }),
    max: numbers.optional().openapi({ description: 'Of a gauge or a histogram.' }),
    count: numbers.optional().openapi({ description: 'Of a histogram: how many there were.' }),
  })
  .openapi('Series')

const answer = z
  .object({
    stepMs: z.int(),
    at: z.array(timestamp).openapi({ description: 'The beginning of each step.' }),
    series: z.array(seriesView),
    isWhole: z.boolean().openapi({ description: 'False where there was more than is shown.' }),
  })
  .openapi('SeriesAnswer') satisfies z.ZodType<wire.SeriesAnswer>

const stepText = z
  .string()
  .regex(/^\d{1,10}$/, 'is not a whole number of milliseconds')
  .transform(Number)
  .optional()
  .openapi({ type: 'integer', description: 'Milliseconds; else what fits the time asked for.' })

const read = createRoute({
  method: 'get',
  path: '/stats/series',
  tags: ['Stats'],
  summary: 'What was counted and measured over time, of all processes',
  description:
    'By the minute for 24 hours, by the hour for 30 days. Metrics: ' +
    `${names.map((name) => `\`${name}\` (${metrics[name].says.replace(/\.$/, '')})`).join(', ')}.`,
  request: {
    query: strict({
      metric: text.openapi({ description: 'One, or several with commas between them.' }),
      label: text.optional().openapi({ description: 'One source or handler.' }),
      mode: mode.optional(),
      since: moment.optional().openapi({ description: 'Default: an hour ago.' }),
      until: moment.optional(),
      step: stepText,
    }),
  },
  responses: { 200: json(answer, 'The series.'), ...refusals },
})

interface Axis {
  readonly stepMs: number
  /** The length of the samples that it is made of. */
  readonly sampleMs: number
  readonly since: number
  readonly until: number
}

export function addSeries(router: ApiRouter, { storage, inbox, clock }: Served): void {
  router.openapi(read, async (context) => {
    const { metric, label, mode, ...span } = context.req.valid('query')
    const axis = axisOf(clock.now(), span)
    const sources = sourcesOfMode(inbox.sources, mode)
    const isWanted = (sample: Sample) =>
      !sources || sample.label === '' || sources.includes(sourceOf(sample.label))
    const asked = metricsIn(metric)
    const found = await Promise.all(
      asked.map((name) =>
        storage.samples({
          ...{ stepMs: axis.sampleMs, metric: name, since: axis.since, until: axis.until },
          ...(label === undefined ? {} : { label }),
          limit: samplesMax,
        }),
      ),
    )
    const series = found.flatMap((samples, i) =>
      seriesOf(asked[i] ?? 'received', samples.filter(isWanted), axis),
    )
    const isWhole = found.every((samples) => samples.length < samplesMax)
    const at = Array.from({ length: pointsOf(axis) }, (_, i) => axis.since + i * axis.stepMs)
    return context.json({ stepMs: axis.stepMs, at: at.map(toTimestamp), series, isWhole }, 200)
  })
}

function metricsIn(text: string): MetricName[] {
  const asked = [...new Set(text.split(','))]
  const unknown = asked.find((name) => !Object.hasOwn(metrics, name))
  if (unknown === undefined && asked.length <= metricsAskedMax) return asked as MetricName[]
  throw new HooklineError(
    'payload_invalid',
    unknown === undefined
      ? `More than ${metricsAskedMax} metrics are asked for at once. Ask several times.`
      : `There is no metric '${unknown}'. It is likely misspelt. There are: ${names.join(', ')}.`,
  )
}

/** Minutes where they are still kept and fine enough is asked for; hours else. */
function axisOf(
  now: number,
  asked: { since?: number | undefined; until?: number | undefined; step?: number | undefined },
): Axis {
  const until = asked.until ?? now
  const since = Math.max(asked.since ?? until - hourMs, now - monthMs)
  const isFine = since >= now - dayMs - minuteMs && (asked.step ?? 0) < hourMs
  const sampleMs = isFine ? minuteMs : hourMs
  const least = Math.max(asked.step ?? 0, (until - since) / pointsMax)
  const stepMs = Math.max(1, Math.ceil(least / sampleMs)) * sampleMs
  const start = Math.floor(since / stepMs) * stepMs
  return { stepMs, sampleMs, since: start, until: Math.max(until, start) }
}

function pointsOf({ since, until, stepMs }: Axis): number {
  return Math.min(pointsMax + 1, Math.ceil((until - since) / stepMs))
}

interface Point {
  count: number
  sum: number
  max: number
  buckets: number[]
}

function seriesOf(
  metric: MetricName,
  samples: readonly Sample[],
  axis: Axis,
): z.infer<typeof seriesView>[] {
  const declared: Metric = metrics[metric]
  const common = { metric, kind: declared.kind, unit: declared.unit ?? null }
  const byLabel = Map.groupBy(samples, ({ label }) => label)
  return [...byLabel].map(([label, own]) => ({
    ...common,
    label,
    ...valuesOf(declared.kind, pointsIn(own, axis)),
  }))
}

function pointsIn(samples: readonly Sample[], axis: Axis): (Point | undefined)[] {
  const points: (Point | undefined)[] = Array.from({ length: pointsOf(axis) }, () => undefined)
  for (const { at, count, sum, max, buckets } of samples) {
    const i = Math.floor((at - axis.since) / axis.stepMs)
    const point = points[i] ?? { count: 0, sum: 0, max: 0, buckets: [] }
    point.count += count
    point.sum += sum
    point.max = Math.max(point.max, max)
    for (const [b, inside] of (buckets ?? []).entries()) {
      point.buckets[b] = (point.buckets[b] ?? 0) + inside
    }
    if (i >= 0 && i < points.length) points[i] = point
  }
  return points
}

function valuesOf(kind: Metric['kind'], points: readonly (Point | undefined)[]) {
  const each = (pick: (point: Point) => number | null) =>
    points.map((point) => (point ? rounded(pick(point)) : null))
  switch (kind) {
    case 'counter':
      return { values: each(({ count }) => count) }
    case 'gauge':
      return { values: each(({ sum, count }) => sum / count), max: each(({ max }) => max) }
    case 'histogram':
      return {
        values: each(({ buckets, max }) => quantile(buckets, 0.5, max)),
        p99: each(({ buckets, max }) => quantile(buckets, 0.99, max)),
        max: each(({ max }) => max),
        count: each(({ count }) => count),
      }
  }
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100
}
