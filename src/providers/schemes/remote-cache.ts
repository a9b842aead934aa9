/**
 * Keeps what was fetched and checked: bounded, for a time, and apart for each `fetch`, so that
 * nothing that one caller's network said is believed for another's. Strangers choose what is asked
 * for, so questions that fail are counted, and over the limit nobody is asked.
 */
import type { RefusedReason } from '../outcome.ts'
import type { VerifyContext } from '../request.ts'
import type { Fetch } from './remote.ts'

export interface CacheLimits {
  readonly entriesMax: number
  /** How long an entry is believed. */
  readonly secondsMax: number
  readonly failuresPerMinuteMax: number
}

/** What was loaded and checked, or why it is refused. Only the former is kept. */
export type Loaded<Value> =
  | { readonly value: Value; readonly secondsMax?: number }
  | { readonly refused: RefusedReason }

export interface Wanted<Value> {
  readonly key: string
  load(fetch: Fetch): Promise<Loaded<Value>>
  /**
   * Whether what is kept will do; absent: always. Where not, it is loaded anew, though not all the
   * time.
   */
  isEnough?(value: Value): boolean
}

export interface RemoteCache<Value> {
  readonly limits: CacheLimits
  readonly states: WeakMap<Fetch, CacheState<Value>>
}

interface CacheState<Value> {
  readonly entries: Map<string, Entry<Value>>
  readonly loading: Map<string, Promise<Loaded<Value>>>
  /** Questions in this minute whose answer was of no use. */
  failures: number
  minuteStart: number
}

interface Entry<Value> {
  readonly value: Value
  /** Unix seconds, as all times here. */
  readonly loadedAt: number
  readonly secondsMax: number
}

const loadingMax = 8
/** An entry that is not enough is loaded anew no earlier than this. */
const refreshSeconds = 60

export function remoteCache<Value>(limits: CacheLimits): RemoteCache<Value> {
  return { limits, states: new WeakMap() }
}

/** From the cache, or loaded. Many that want the same at once cause one question. */
export async function findRemote<Value>(
  cache: RemoteCache<Value>,
  { fetch, now }: VerifyContext,
  wanted: Wanted<Value>,
): Promise<Loaded<Value>> {
  if (!fetch) return { refused: 'certificate_unavailable' }
  const state = stateOf(cache, fetch, now)
  const kept = state.entries.get(wanted.key)
  const age = kept ? Math.abs(now - kept.loadedAt) : Number.NaN
  if (kept && age < kept.secondsMax) {
    const isEnough = wanted.isEnough?.(kept.value) ?? true
    if (isEnough || age < refreshSeconds) return { value: kept.value }
  }
  const under = state.loading.get(wanted.key)
  if (under) return under
  if (state.failures >= cache.limits.failuresPerMinuteMax || state.loading.size >= loadingMax) {
    return { refused: 'certificate_unavailable' }
  }
  return load(cache, state, { fetch, now, wanted })
}

function stateOf<Value>(cache: RemoteCache<Value>, fetch: Fetch, now: number): CacheState<Value> {
  const state: CacheState<Value> = cache.states.get(fetch) ?? {
    entries: new Map(),
    loading: new Map(),
    failures: 0,
    minuteStart: now,
  }
  cache.states.set(fetch, state)
  if (!(Math.abs(now - state.minuteStart) < 60)) {
    state.minuteStart = now
    state.failures = 0
  }
  return state
}

interface Load<Value> {
  readonly fetch: Fetch
  readonly now: number
  readonly wanted: Wanted<Value>
}

async function load<Value>(
  { limits }: RemoteCache<Value>,
  state: CacheState<Value>,
  { fetch, now, wanted }: Load<Value>,
): Promise<Loaded<Value>> {
  const loading = wanted.load(fetch)
  state.loading.set(wanted.key, loading)
  try {
    const loaded = await loading
    if ('refused' in loaded) state.failures += 1
    else keep(state.entries, wanted.key, { limits, now, loaded })
    return loaded
  } finally {
    state.loading.delete(wanted.key)
  }
}

/** At the limit, the entry that was loaded first makes room. */
function keep<Value>(
  entries: Map<string, Entry<Value>>,
  key: string,
  from: {
    readonly limits: CacheLimits
    readonly now: number
    readonly loaded: { readonly value: Value; readonly secondsMax?: number }
  },
): void {
  const { limits, now, loaded } = from
  const secondsMax = Math.min(loaded.secondsMax ?? limits.secondsMax, limits.secondsMax)
  entries.delete(key)
  entries.set(key, { value: loaded.value, loadedAt: now, secondsMax })
  const [oldest] = entries.keys()
  if (entries.size > limits.entriesMax && oldest !== undefined) entries.delete(oldest)
}
