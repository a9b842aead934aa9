/** Programs on samples: what each process counted and measured, by step of time. */

import { writeChange } from './changes.ts'
import type { Sample, SampleQuery } from './observed.ts'
import {
  asNumber,
  asText,
  type Context,
  firstRow,
  orNull,
  type Program,
  type Row,
  rows,
} from './program.ts'

export function* writeSamples({ now }: Context, samples: readonly Sample[]): Program<void> {
  for (const sample of samples) yield* writeSample(sample)
  const newest = Math.max(0, ...samples.map(({ at }) => at))
  // By which the plots stay live; one line for all.
  yield* writeChange(now, 'hookline/samples', 'set', { at: newest }, 1)
}

function* writeSample(sample: Sample): Program<void> {
  yield* rows(
    `insert into samples
      (step_ms, metric, at, label, process, count, sum, max, buckets)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      on conflict (step_ms, metric, at, label, process) do update set count = excluded.count,
        sum = excluded.sum, max = excluded.max, buckets = excluded.buckets`,
    sample.stepMs,
    sample.metric,
    sample.at,
    sample.label,
    sample.process,
    sample.count,
    sample.sum,
    sample.max,
    sample.buckets && JSON.stringify(sample.buckets),
  )
}

export function* samples(query: SampleQuery): Program<Sample[]> {
  const { stepMs, metric, label, since, until, limit } = query
  const found = yield* rows(
    `select * from samples where step_ms = $1 and metric = $2 and at >= $3 and at < $4
      ${label === undefined ? '' : 'and label = $5'}
      order by at, label, process limit ${limit}`,
    stepMs,
    metric,
    since,
    until,
    ...(label === undefined ? [] : [label]),
  )
  return found.map(toSample)
}

/** Metric by metric, so that the primary key finds what is old. */
export function* pruneSamples(stepMs: number, before: number, limit: number): Program<number> {
  let removed = 0
  let metric: string | undefined = ''
  while (metric !== undefined && removed < limit) {
    const next: Row | undefined = yield* firstRow(
      'select metric from samples where step_ms = $1 and metric > $2 order by metric limit 1',
      stepMs,
      metric,
    )
    metric = next && asText(next.metric)
    if (metric === undefined) return removed
    const gone = yield* rows(
      'delete from samples where step_ms = $1 and metric = $2 and at < $3 returning at',
      stepMs,
      metric,
      before,
    )
    removed += gone.length
  }
  return removed
}

export function* databaseBytes({ dialect }: Context): Program<number> {
  const row = yield* firstRow(
    dialect.name === 'sqlite'
      ? 'select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()'
      : `select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint as bytes
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = current_schema() and c.relkind = 'r'`,
  )
  return asNumber(row?.bytes)
}

function toSample(row: Row): Sample {
  return {
    stepMs: asNumber(row.step_ms),
    metric: asText(row.metric),
    at: asNumber(row.at),
    label: asText(row.label),
    process: asText(row.process),
    count: asNumber(row.count),
    sum: asNumber(row.sum),
    max: asNumber(row.max),
    buckets: orNull((value) => JSON.parse(asText(value)), row.buckets), // written by writeSample
  }
}
