/** The filter of the event list, kept in the address so that it can be shared and gone back to. */
import type { EventFilter, EventStatus, Mode } from 'hookline/client'

export const statuses: readonly EventStatus[] = [
  'ready',
  'running',
  'done',
  'failed',
  'parked',
  'unhandled',
]

export interface ListFilter {
  readonly source: string
  readonly type: string
  readonly status: string
  readonly q: string
  /** One of `spans`, or empty for all time. */
  readonly last: string
}

export const spans = [
  { value: '15m', title: 'Last 15 minutes', ms: 900_000 },
  { value: '1h', title: 'Last hour', ms: 3_600_000 },
  { value: '24h', title: 'Last 24 hours', ms: 86_400_000 },
  { value: '7d', title: 'Last 7 days', ms: 604_800_000 },
] as const

const names = ['source', 'type', 'status', 'q', 'last'] as const

export function readFilter(search: string): ListFilter {
  const parameters = new URLSearchParams(search)
  const entries = names.map((name) => [name, parameters.get(name) ?? ''])
  return Object.fromEntries(entries) as unknown as ListFilter // each name is there
}

export function writeFilter(filter: ListFilter): string {
  const given = names.filter((name) => filter[name] !== '')
  return new URLSearchParams(given.map((name) => [name, filter[name]])).toString()
}

export function isEmptyFilter(filter: ListFilter): boolean {
  return names.every((name) => filter[name] === '')
}

/** As the API asks for it; `nowMs` is when the page was opened, so that the list stands still. */
export function toQuery(filter: ListFilter, mode: Mode, nowMs: number): EventFilter {
  const { source, type, q } = filter
  const span = spans.find(({ value }) => value === filter.last)
  const status = statuses.find((one) => one === filter.status)
  return {
    mode,
    ...(source === '' ? {} : { source }),
    ...(type === '' ? {} : { type }),
    ...(q === '' ? {} : { q }),
    ...(status === undefined ? {} : { status }),
    ...(span === undefined ? {} : { since: new Date(nowMs - span.ms).toISOString() }),
  }
}
