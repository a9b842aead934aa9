/**
 * Connects the sources of an app to their providers, step by step. Each step looks first at what is
 * there, so that a run that was broken off is gone on with by the next one.
 */
import type { Actor } from '../storage/audit.ts'
import { ask, tryKey } from './ask.ts'
import type { Drift } from './drift.ts'
import { type Ensured, ensureEndpoint } from './endpoint.ts'
import type { ConnectParts } from './parts.ts'
import { type Progress, progressOf } from './steps.ts'
import { begin, survey } from './survey.ts'
import { type ConnectOptions, type ConnectSource, checkApiBase, endpointsOf } from './target.ts'

export interface Connector {
  progress(source: ConnectSource): Promise<Progress>
  /** @throws HooklineError `api_key_missing`, `api_key_refused`, `egress_failed`. */
  tryKey(source: ConnectSource, options: ConnectOptions): Promise<void>
  check(source: ConnectSource, options: ConnectOptions): Promise<readonly Drift[]>
  /** Makes the endpoint, or repairs it. One at a time for each source of this process. */
  ensure(source: ConnectSource, options: ConnectOptions, actor: Actor): Promise<Ensured>
  /** Has the provider send an event, where it can. False: somebody has to cause one. */
  sendEvent(source: ConnectSource, options: ConnectOptions): Promise<boolean>
}

/** @example const connector = newConnector(parts); await connector.check(source, { url }) */
export function newConnector(parts: ConnectParts): Connector {
  const running = new Map<string, Promise<unknown>>()
  return {
    progress: (source) => progress(parts, source),
    tryKey: (source, options) => tryAndNote(parts, source, options),
    check: async (source, options) => (await survey(parts, source, options)).drift,
    ensure: (source, options, actor) =>
      oneAtATime(running, `${source.name} ${source.mode}`, () =>
        ensureEndpoint(parts, { source, options, actor }),
      ),
    sendEvent: (source, options) => sendEvent(parts, source, options),
  }
}

async function oneAtATime<T>(
  running: Map<string, Promise<unknown>>,
  name: string,
  run: () => Promise<T>,
): Promise<T> {
  const before = running.get(name) ?? Promise.resolve()
  const mine = before.then(run, run)
  running.set(name, mine)
  try {
    return await mine
  } finally {
    if (running.get(name) === mine) running.delete(name)
  }
}

async function progress(parts: ConnectParts, source: ConnectSource): Promise<Progress> {
  const lastEvent = await parts.storage.lastEvent(source.name)
  return progressOf({
    source,
    connection: await parts.storage.connection(source.name, source.mode),
    keyMark: await keyMarkOf(parts, source),
    lastEventAt: lastEvent?.receivedAt,
  })
}

/** Undefined where no key is set. A vault that is locked marks nothing. */
async function keyMarkOf(
  { lookup, vault }: ConnectParts,
  { api, mode }: ConnectSource,
): Promise<string | undefined> {
  const [key] = api ? (await lookup.find(api.keyNames, mode)).values : []
  return key === undefined ? undefined : (vault.fingerprint(key) ?? 'locked')
}

async function tryAndNote(
  parts: ConnectParts,
  source: ConnectSource,
  { apiBase }: ConnectOptions,
): Promise<void> {
  const { api } = endpointsOf(source)
  const { mode } = source
  await tryKey(parts.call, { api, mode, baseUrl: checkApiBase(apiBase, mode) })
  const keyMark = (await keyMarkOf(parts, source)) ?? null
  await parts.storage.saveConnection({ ...(await begin(parts, source)), keyMark })
}

async function sendEvent(
  parts: ConnectParts,
  source: ConnectSource,
  options: ConnectOptions,
): Promise<boolean> {
  const { endpoints, api } = endpointsOf(source)
  const baseUrl = checkApiBase(options.apiBase, source.mode)
  const { endpointId, place } = await begin(parts, source)
  const type = source.types.find((each) => each !== '*') ?? ''
  const request =
    baseUrl !== undefined && endpoints.sandboxEvent
      ? endpoints.sandboxEvent(options.url ?? '', type)
      : endpointId === null
        ? undefined
        : endpoints.ping?.(endpointId, place ?? '')
  if (!request) return false
  await ask(parts.call, { api, mode: source.mode, baseUrl }, request)
  return true
}
