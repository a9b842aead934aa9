/** The admin API's routes for operating a server, typed: health, history, logs, many at once. */
import type * as wire from './wire.ts'

/** What `admin` sends with: a method, a path below `/api/v1`, a query or a body. */
type Send = <T>(
  method: 'GET' | 'POST',
  path: string,
  options?: { readonly query?: object; readonly body?: unknown },
) => Promise<T>

export interface SeriesQuery {
  /** One name, or several with commas between them. */
  readonly metric: string
  /** One source or handler. */
  readonly label?: string
  readonly mode?: wire.Mode
  readonly since?: string
  readonly until?: string
  /** Milliseconds. */
  readonly step?: number
}

export interface LogQuery {
  readonly event?: string
  readonly source?: string
  readonly level?: wire.LogLineView['level']
  readonly since?: string
  readonly until?: string
  readonly q?: string
}

export function operations(send: Send) {
  return {
    server: () => send<wire.ServerView>('GET', 'server'),
    /** What a source of each provider needs. */
    providers: (query?: wire.PageQuery) =>
      send<wire.List<wire.ProviderView>>('GET', 'providers', { query: query ?? {} }),
    /** The APIs, their budgets, the top callers and what went wrong. */
    callsSummary: (query: { readonly mode?: wire.Mode; readonly since?: string } = {}) =>
      send<wire.CallsSummaryView>('GET', 'calls/summary', { query }),
    series: (query: SeriesQuery) => send<wire.SeriesAnswer>('GET', 'stats/series', { query }),
    logs: (query?: LogQuery & wire.PageQuery) =>
      send<wire.List<wire.LogLineView>>('GET', 'logs', { query: query ?? {} }),
    /** The changes of one document, newest first. */
    changes: (query: { readonly path: string } & wire.PageQuery) =>
      send<wire.List<wire.DocumentChangeView>>('GET', 'changes', { query }),
    /** Deliveries of one state by what went wrong and where. */
    groups: (query: {
      readonly state: wire.DeliverySelection['state']
      readonly mode?: wire.Mode
    }) => send<wire.List<wire.DeliveryGroupView>>('GET', 'deliveries/groups', { query }),
    /** Makes some of those selected due now; to be called again until it is done. */
    retryMany: (filter: wire.DeliverySelection) =>
      send<wire.BulkOutcome>('POST', 'deliveries/retry', { body: { filter } }),
    /** A command that sends the event once more. */
    curl: (eventId: string) => send<wire.CurlView>('GET', `events/${eventId}/curl`),
  }
}
