/** The admin API's routes for connecting sources to their providers, typed. */
import type * as wire from './wire.ts'

type Send = <T>(
  method: 'GET' | 'POST',
  path: string,
  options?: { readonly query?: object; readonly body?: unknown },
) => Promise<T>

export function connecting(send: Send) {
  const path = (source: string, step = '') => `connect/${encodeURIComponent(source)}${step}`
  return {
    get: (source: string, query: wire.ConnectOptions = {}) =>
      send<wire.ConnectView>('GET', path(source), { query }),
    /** How the endpoint differs from what the app wants. */
    check: (source: string, query: wire.ConnectOptions = {}) =>
      send<wire.List<wire.DriftView>>('GET', path(source, '/drift'), { query }),
    tryKey: (source: string, body: wire.ConnectOptions = {}) =>
      send<wire.ConnectProgress>('POST', path(source, '/key'), { body }),
    /** Makes the endpoint, or repairs it. */
    ensure: (source: string, body: wire.ConnectOptions = {}) =>
      send<wire.ConnectedEndpoint>('POST', path(source, '/endpoint'), { body }),
    /** Has the provider send an event, where it can. */
    sendEvent: (source: string, body: wire.ConnectOptions = {}) =>
      send<{ readonly isSent: boolean }>('POST', path(source, '/event'), { body }),
  }
}
