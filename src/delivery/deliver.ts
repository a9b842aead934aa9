/** Brings one claimed delivery to its target and settles it. */
import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { count, type Meter, type MetricName, observe } from '../base/meter.ts'
import type { ClaimedDelivery, Settled, Settlement, Storage } from '../storage/storage.ts'
import { nextAttemptAt } from './backoff.ts'
import { type Called, callHandler } from './call.ts'
import type { Handler, Handlers } from './handler.ts'

/**
 * A handler that read documents which others change at the same time runs again, so often. Of any
 * that want the same document one gets it each time, so that as many as run at once all come to it.
 */
const conflictsMax = 100
/** The first runs follow at once; then each waits a random time up to this, longer each time. */
const atOnceMax = 3
const conflictWaitMsMax = 50
/** A settlement that the database could not take is tried again while the lease lasts. */
const settleAgainMs = 200

export interface DeliverOptions {
  readonly storage: Storage
  readonly handlers: Handlers
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
  readonly random: () => number
}

export async function deliver(
  options: DeliverOptions,
  delivery: ClaimedDelivery,
  signal: AbortSignal,
): Promise<void> {
  await run({ ...options, clock: databaseClock(options.clock, delivery) }, delivery, signal)
}

/**
 * The time of the database: what it was at the claim, and what has passed here since. This
 * machine's own clock may be ahead or behind, and would hurry retries or delay them.
 */
function databaseClock(clock: Clock, { startedAt }: ClaimedDelivery): Clock {
  const begunAt = clock.now()
  return { now: () => startedAt + clock.now() - begunAt }
}

async function run(
  options: DeliverOptions,
  delivery: ClaimedDelivery,
  signal: AbortSignal,
): Promise<void> {
  const handler = options.handlers.get(delivery.target)
  if (!handler) return await end(options, delivery, { outcome: 'released' }, signal)
  if (!delivery.event) return await end(options, delivery, damaged, signal)
  for (let round = 1; round <= conflictsMax; round++) {
    const event = delivery.event
    const begunAt = performance.now()
    const called = await callHandler({ storage: options.storage, handler, delivery, event, signal })
    observe(options.meter, 'handler_ms', delivery.target, performance.now() - begunAt)
    if (signal.aborted) return
    const settled = await settle(
      options,
      delivery,
      toSettlement(options, handler, delivery, called),
      signal,
    )
    if (settled?.result === 'refused') {
      const refused: Called = { outcome: 'failed', error: settled.error }
      return await end(options, delivery, toSettlement(options, handler, delivery, refused), signal)
    }
    if (settled?.result !== 'conflict') return
    if (round > atOnceMax) await waitApart(options.random(), round)
  }
  const error = `Documents that the handler read changed during each of ${conflictsMax} runs.`
  const gaveUp = toSettlement(options, handler, delivery, { outcome: 'failed', error })
  await end(options, delivery, gaveUp, signal)
}

function waitApart(random: number, round: number): Promise<void> {
  const waitMs = random * Math.min(2 ** (round - atOnceMax), conflictWaitMsMax)
  return new Promise((resolve) => setTimeout(resolve, waitMs))
}

const damaged: Settlement = {
  outcome: 'failed',
  error: 'The stored bytes are gone, or no longer those that were accepted. Nothing was run.',
  retryAt: null,
}

function toSettlement(
  { clock, random }: DeliverOptions,
  handler: Handler,
  delivery: ClaimedDelivery,
  called: Called,
): Settlement {
  if (called.outcome === 'done' || called.outcome === 'parked') return called
  const retryAt = nextAttemptAt(delivery.tries, handler.retry, {
    now: clock.now(),
    random: random(),
  })
  return { ...called, retryAt }
}

async function end(
  options: DeliverOptions,
  delivery: ClaimedDelivery,
  settlement: Settlement,
  signal: AbortSignal,
): Promise<void> {
  await settle(options, delivery, settlement, signal)
}

async function settle(
  { storage, log, meter }: DeliverOptions,
  delivery: ClaimedDelivery,
  settlement: Settlement,
  signal: AbortSignal,
): Promise<Settled | undefined> {
  while (!signal.aborted) {
    try {
      const settled = await storage.settleDelivery(delivery, settlement)
      const metric = settled.result === 'settled' ? metricOf(settlement) : undefined
      if (metric) count(meter, metric, delivery.target)
      report(log, delivery, settlement, settled)
      return settled
    } catch (error) {
      log.error('could not settle a delivery', {
        delivery: delivery.id,
        error: errorText(error, 300),
      })
      await new Promise((resolve) => setTimeout(resolve, settleAgainMs))
    }
  }
  return undefined
}

/** What is handed back or parked has not come to an end. */
function metricOf(settlement: Settlement): MetricName | undefined {
  if (settlement.outcome === 'done') return 'done'
  if (!('retryAt' in settlement)) return undefined
  return settlement.retryAt === null ? 'failed' : 'retried'
}

function report(
  log: Log,
  delivery: ClaimedDelivery,
  settlement: Settlement,
  settled: Settled,
): void {
  const { event, id, target, attempt } = delivery
  const fields = { event: event?.id, source: event?.source, delivery: id, handler: target, attempt }
  if (settled.result === 'fenced')
    log.warn('fenced a stale attempt; nothing of it was applied', fields)
  if (settled.result !== 'settled' || !('error' in settlement)) return
  const error = settlement.error.split('\n', 1)[0]
  if (settlement.retryAt === null) log.error('a delivery failed for good', { ...fields, error })
  else log.warn('a handler failed and will be tried again', { ...fields, error })
}
