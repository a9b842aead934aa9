/**
 * `GET /metrics`: the counts of this process as text for Prometheus, for admins.
 * Specification: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { bucketBounds, type Metric, type MetricName, metrics, type Series } from '../base/meter.ts'
import { requireAdmin } from './auth.ts'
import { problem } from './problem.ts'
import type { Served } from './served.ts'

export const metricsRoute = '/metrics'
const prefix = 'hookline_'

export async function serveMetrics(served: Served, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const detail = 'Metrics are read with GET. The path is likely mistaken. Use GET.'
    return problem('method_not_allowed', detail, { headers: { allow: 'GET, HEAD' } })
  }
  await requireAdmin(served, request)
  return new Response(await metricsText(served), {
    headers: {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
}

export async function metricsText({ storage, inbox, hub }: Served): Promise<string> {
  const lines: string[] = []
  for (const [name, byLabel] of inbox.meter.series) {
    if (metrics[name].kind === 'gauge') continue
    lines.push(...head(name), ...[...byLabel.values()].flatMap(seriesLines))
  }
  const { events, deliveries, oldestReadyMs, fenced, crashed, conflicts } = await storage.stats()
  const states = Object.entries(deliveries).map(
    ([state, count]) => `${prefix}deliveries${labels({ state })} ${count}`,
  )
  lines.push(
    ...gauge('events', 'Stored events; approximate while old ones are pruned.', events),
    ...about('deliveries', 'gauge', 'Deliveries by state.'),
    ...states,
    ...gauge('queue_age_seconds', metrics.queue_age_ms.says, oldestReadyMs / 1_000),
    ...gauge('streams', metrics.streams.says, hub.subscribers.size),
    ...gauge('database_bytes', metrics.database_bytes.says, await storage.databaseBytes()),
    ...gauge('fenced_attempts', 'Attempts of stale workers that were refused.', fenced),
    ...gauge('crashed_attempts', 'Attempts that ended with their process.', crashed),
    ...gauge('conflicting_repeats', 'Repeats whose bytes differed.', conflicts),
    ...gauge('process_start_time_seconds', 'When it began.', performance.timeOrigin / 1_000),
    ...gauge('process_resident_memory_bytes', 'Its memory.', process.memoryUsage.rss()),
  )
  return `${lines.join('\n')}\n`
}

/** In base units, as Prometheus has it: seconds, not milliseconds. */
function nameOf(name: MetricName): string {
  if (metrics[name].kind === 'histogram') return `${prefix}${name.replace(/_ms$/, '_seconds')}`
  return `${prefix}${name}_total`
}

function head(name: MetricName): string[] {
  return about(nameOf(name).slice(prefix.length), metrics[name].kind, metrics[name].says)
}

function about(name: string, kind: Metric['kind'], says: string): string[] {
  const help = says.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return [`# HELP ${prefix}${name} ${help}`, `# TYPE ${prefix}${name} ${kind}`]
}

function gauge(name: string, says: string, value: number): string[] {
  return [...about(name, 'gauge', says), `${prefix}${name} ${value}`]
}

function seriesLines({ metric, label, count, sum, buckets }: Series): string[] {
  const declared: Metric = metrics[metric]
  const own: Record<string, string> = declared.labelled ? { [declared.labelled]: label } : {}
  const name = nameOf(metric)
  if (!buckets) return [`${name}${labels(own)} ${count}`]
  let below = 0
  const lines = buckets.map((inside, i) => {
    below += inside
    const bound = bucketBounds[i]
    const le = bound === undefined ? '+Inf' : String(bound / 1_000)
    return `${name}_bucket${labels({ ...own, le })} ${below}`
  })
  return [
    ...lines,
    `${name}_sum${labels(own)} ${sum / 1_000}`,
    `${name}_count${labels(own)} ${count}`,
  ]
}

function labels(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
