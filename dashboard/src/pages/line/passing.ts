/**
 * What passes along the line, out of the feed: a minute of counts per place, and the single things
 * for whoever draws them. Bounded, however much comes.
 */
import type { Change, Mode, RejectionView } from 'hookline/client'
import { onFeed } from '../../api/feed.ts'

/** One thing that moved: an event came in, a delivery ended, or a request was refused. */
export type Passing =
  | { readonly kind: 'arrived'; readonly eventId: string; readonly source: string }
  | {
      readonly kind: 'handled'
      readonly eventId: string
      readonly target: string
      readonly state: string
    }
  | { readonly kind: 'refused'; readonly source: string }

export interface Place {
  /** In the last minute. */
  readonly count: number
  readonly failed: number
  /** Half of them took no longer; undefined where none was timed. */
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
}

interface Second {
  readonly at: number
  readonly counts: Map<string, number>
  readonly failed: Map<string, number>
  readonly times: Map<string, number[]>
}

export const windowSeconds = 60
/** Of one place in one second; more say nothing new about the middle. */
const timesMax = 200
const modesRemembered = 5_000

const seconds: Second[] = []
const listeners = new Set<(passing: readonly Passing[]) => void>()
/** The mode of the latest events: their deliveries do not say it. */
const modes = new Map<string, Mode>()
let shownMode: Mode = 'test'

export function showMode(mode: Mode): void {
  if (mode !== shownMode) seconds.length = 0
  shownMode = mode
}

export function onPassing(listener: (passing: readonly Passing[]) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Called once, so that the minute before the page was opened is there too. */
export function startCounting(): () => void {
  return onFeed((changes) => {
    const passing = changes.flatMap(toPassing)
    if (passing.length === 0) return
    for (const listener of listeners) listener(passing)
  })
}

function toPassing({ path, data }: Change): Passing[] {
  const [, kind] = path.split('/')
  // The server's own JSON, in the shape of its version.
  if (kind === 'events') return arrived(data as unknown as LiveEvent)
  if (kind === 'deliveries') return handled(data as unknown as LiveDelivery)
  return kind === 'rejections' ? refused(Object(data)) : []
}

interface LiveEvent {
  readonly id: string
  readonly source: string
  readonly mode: Mode
}

interface LiveDelivery {
  readonly eventId: string
  readonly target: string
  readonly state: string
  readonly attempts: number
  /** Milliseconds since 1970, as the others. */
  readonly createdAt: number
  readonly startedAt: number | null
  readonly updatedAt: number
}

function arrived({ id, source, mode }: LiveEvent): Passing[] {
  modes.set(id, mode)
  if (modes.size > modesRemembered) modes.delete(modes.keys().next().value ?? '')
  if (mode !== shownMode) return []
  for (const place of [`source ${source}`, 'verified', 'stored']) count(place)
  return [{ kind: 'arrived', eventId: id, source }]
}

function handled(delivery: LiveDelivery): Passing[] {
  const { eventId, target, state, createdAt, startedAt, updatedAt, attempts } = delivery
  if ((modes.get(eventId) ?? shownMode) !== shownMode) return []
  const isDone = state === 'done'
  const isFailed = state === 'failed' || (state === 'ready' && attempts > 0)
  if (!isDone && !isFailed) return []
  for (const place of [`handler ${target}`, 'handlers']) {
    count(place, isFailed)
    if (startedAt !== null) time(place, updatedAt - startedAt)
  }
  if (attempts === 1 && startedAt !== null) time('wait', startedAt - createdAt)
  if (isDone) count('documents')
  return [{ kind: 'handled', eventId, target, state }]
}

function refused({ source }: Partial<RejectionView>): Passing[] {
  if (source === undefined) return []
  count('refused')
  return [{ kind: 'refused', source }]
}

function thisSecond(): Second {
  const at = Math.floor(Date.now() / 1000)
  const last = seconds.at(-1)
  if (last?.at === at) return last
  const second: Second = { at, counts: new Map(), failed: new Map(), times: new Map() }
  seconds.push(second)
  while ((seconds[0]?.at ?? at) <= at - windowSeconds) seconds.shift()
  return second
}

function count(place: string, isFailed = false): void {
  const { counts, failed } = thisSecond()
  counts.set(place, (counts.get(place) ?? 0) + 1)
  if (isFailed) failed.set(place, (failed.get(place) ?? 0) + 1)
}

function time(place: string, ms: number): void {
  const { times } = thisSecond()
  const known = times.get(place) ?? []
  if (known.length < timesMax) known.push(Math.max(0, ms))
  times.set(place, known)
}

export function placeOf(name: string): Place {
  thisSecond()
  const sum = (pick: (second: Second) => Map<string, number>) =>
    seconds.reduce((total, second) => total + (pick(second).get(name) ?? 0), 0)
  const times = seconds.flatMap((second) => second.times.get(name) ?? []).sort((a, b) => a - b)
  return {
    count: sum(({ counts }) => counts),
    failed: sum(({ failed }) => failed),
    p50Ms: times[Math.floor(times.length * 0.5)],
    p99Ms: times[Math.floor(times.length * 0.99)],
  }
}
