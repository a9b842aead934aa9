/**
 * Deliveries of pretend events: a lane per endpoint with a few at once, and retries at the
 * company's own intervals until an answer of 2xx. It lives in memory and forgets at stop, as a
 * sandbox may.
 */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { type AttemptOutcome, type AttemptRequest, attemptPost } from './attempt.ts'
import type { Random } from './random.ts'

/** Requests under way to one endpoint. */
export const attemptsAtOnceMax = 10
/** Attempts that wait for their turn at one endpoint; the oldest is dropped beyond it. */
export const attemptsWaitingMax = 20_000
/** Deliveries that wait for their next attempt. */
export const retriesWaitingMax = 20_000
export const recordsMax = 1_000
/** Spread added to each interval, so that what failed together does not return together. */
const jitterShare = 0.1

export interface Delivery {
  readonly eventId: string
  readonly type: string
  readonly endpointId: string
  readonly isRetried: boolean
  /**
   * The request as it has to be now, freshly signed; undefined once the endpoint is gone or off.
   */
  request(): AttemptRequest | undefined
  onDelivered(): void
}

/** One attempt, as `GET /_sandbox/log` shows it. */
export interface AttemptRecord extends AttemptOutcome {
  readonly eventId: string
  readonly type: string
  readonly endpointId: string
  readonly url?: string
  /** 1, 2, … */
  readonly attempt: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly nextAttemptAt?: number
}

interface Lane {
  running: number
  readonly waiting: ((isTurn: boolean) => void)[]
}

export interface DelivererOptions {
  readonly clock: Clock
  readonly log: Log
  readonly random: Random
  readonly send: typeof fetch
  /**
   * The wait after the first, second, … failed attempt, in milliseconds; after the last it is given
   * up.
   */
  readonly retryDelaysMs: readonly number[]
}

export interface Deliverer extends DelivererOptions {
  readonly lanes: Map<string, Lane>
  readonly timers: Set<NodeJS.Timeout>
  readonly underWay: Set<Promise<AttemptRecord>>
  /** Oldest first. */
  readonly records: AttemptRecord[]
  readonly stopping: AbortController
}

export function createDeliverer(options: DelivererOptions): Deliverer {
  return {
    ...options,
    lanes: new Map(),
    timers: new Set(),
    underWay: new Set(),
    records: [],
    stopping: new AbortController(),
  }
}

/** Starts the delivery. The promise holds the first attempt's outcome and never fails. */
export function deliver(deliverer: Deliverer, delivery: Delivery): Promise<AttemptRecord> {
  return follow(deliverer, attempt(deliverer, delivery, 1))
}

/** Ends what is under way and forgets what waits. */
export async function stopDeliverer(deliverer: Deliverer): Promise<void> {
  deliverer.stopping.abort(new Error('The sandbox was stopped.'))
  for (const timer of deliverer.timers) clearTimeout(timer)
  deliverer.timers.clear()
  for (const lane of deliverer.lanes.values()) {
    for (const enter of lane.waiting.splice(0)) enter(false)
  }
  await Promise.allSettled(deliverer.underWay)
}

function follow(deliverer: Deliverer, running: Promise<AttemptRecord>): Promise<AttemptRecord> {
  deliverer.underWay.add(running)
  const forget = () => deliverer.underWay.delete(running)
  void running.then(forget, forget)
  return running
}

async function attempt(
  deliverer: Deliverer,
  delivery: Delivery,
  number: number,
): Promise<AttemptRecord> {
  const lane = laneOf(deliverer, delivery.endpointId)
  const isTurn = await enterLane(deliverer, lane)
  const startedAt = deliverer.clock.now()
  const request = isTurn ? delivery.request() : undefined
  const outcome = request
    ? await attemptPost(request, { ...deliverer, signal: deliverer.stopping.signal })
    : unsent(isTurn)
  if (isTurn) leaveLane(deliverer, delivery.endpointId, lane)
  const mayRetry = request !== undefined && !outcome.ok && delivery.isRetried
  const record: AttemptRecord = {
    ...outcome,
    eventId: delivery.eventId,
    type: delivery.type,
    endpointId: delivery.endpointId,
    ...(request && { url: request.url }),
    attempt: number,
    startedAt,
    ...settle(deliverer, delivery, { outcome, number, mayRetry }),
  }
  keepRecord(deliverer, record)
  // Whoever asked for a single attempt hears of its end; nobody waits for the others.
  if (!record.ok && delivery.isRetried) warnOfFailure(deliverer, record)
  return record
}

function unsent(isTurn: boolean): AttemptOutcome {
  const error = isTurn
    ? 'Not sent: the endpoint is gone or switched off.'
    : 'Not sent: the sandbox stopped, or too many deliveries were waiting.'
  return { ok: false, error, durationMs: 0 }
}

/** What follows from an attempt; says when the next one is, if there is one. */
function settle(
  deliverer: Deliverer,
  delivery: Delivery,
  tried: { outcome: AttemptOutcome; number: number; mayRetry: boolean },
): { nextAttemptAt?: number } {
  if (tried.outcome.ok) delivery.onDelivered()
  const delayMs = tried.mayRetry ? deliverer.retryDelaysMs[tried.number - 1] : undefined
  if (delayMs === undefined || deliverer.stopping.signal.aborted) return {}
  if (deliverer.timers.size >= retriesWaitingMax) return {}
  const waitMs = Math.round(delayMs * (1 + jitterShare * deliverer.random()))
  scheduleRetry(deliverer, delivery, { number: tried.number + 1, waitMs })
  return { nextAttemptAt: deliverer.clock.now() + waitMs }
}

function scheduleRetry(
  deliverer: Deliverer,
  delivery: Delivery,
  next: { number: number; waitMs: number },
): void {
  const timer = setTimeout(() => {
    deliverer.timers.delete(timer)
    void follow(deliverer, attempt(deliverer, delivery, next.number))
  }, next.waitMs)
  // A retry three days ahead must not keep a program alive that has nothing else to do.
  timer.unref()
  deliverer.timers.add(timer)
}

function keepRecord({ records }: Deliverer, record: AttemptRecord): void {
  records.push(record)
  if (records.length > recordsMax) records.shift()
}

function warnOfFailure({ log, clock, stopping }: Deliverer, record: AttemptRecord): void {
  if (stopping.signal.aborted) return
  const nextInMs = record.nextAttemptAt && record.nextAttemptAt - clock.now()
  log.warn('The sandbox could not deliver an event', {
    event: record.eventId,
    type: record.type,
    url: record.url,
    status: record.status,
    error: record.error,
    attempt: record.attempt,
    nextInMs,
  })
}

function laneOf(deliverer: Deliverer, endpointId: string): Lane {
  const known = deliverer.lanes.get(endpointId)
  if (known) return known
  const lane: Lane = { running: 0, waiting: [] }
  deliverer.lanes.set(endpointId, lane)
  return lane
}

/** True when it is this attempt's turn; false when it was dropped. */
function enterLane(deliverer: Deliverer, lane: Lane): Promise<boolean> {
  if (deliverer.stopping.signal.aborted) return Promise.resolve(false)
  if (lane.running < attemptsAtOnceMax) {
    lane.running++
    return Promise.resolve(true)
  }
  if (lane.waiting.length >= attemptsWaitingMax) lane.waiting.shift()?.(false)
  return new Promise((resolve) => lane.waiting.push(resolve))
}

/** The place goes to the next in line, or is free; a lane that nobody uses is forgotten. */
function leaveLane(deliverer: Deliverer, endpointId: string, lane: Lane): void {
  const next = lane.waiting.shift()
  if (next) next(true)
  else lane.running--
  if (lane.running === 0) deliverer.lanes.delete(endpointId)
}
