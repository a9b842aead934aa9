/**
 * Claims due deliveries under a lease, keeps the leases alive while handlers run, and hands the
 * work back at shutdown. It never waits for one delivery before it takes the next.
 */
import { errorText } from '../base/errors.ts'
import type { ClaimedDelivery } from '../storage/storage.ts'
import { type DeliverOptions, deliver } from './deliver.ts'

export interface WorkerOptions extends DeliverOptions {
  /** Handlers that run at the same time in this process. Default 32. */
  readonly concurrency?: number
  /** How long a delivery is this worker's without a heartbeat. Default 20,000. */
  readonly leaseMs?: number
  /** Looked for work at least this often, for what other processes stored. Default 1,000. */
  readonly pollMs?: number
}

export interface Worker {
  start(): void
  /** Takes no more work, waits for what runs up to `graceMs`, then hands the rest back. */
  stop(graceMs: number): Promise<void>
}

/** Crashes in a row after which a delivery is parked as poison. */
const crashesMax = 3
/**
 * Of deliveries that have crashed before, one at a time: when it crashes again, it is the one to
 * blame.
 */
const suspectsMax = 1
/** What is due and was not had (a suspect, or held elsewhere) is not asked for in a loop. */
const waitMsMin = 5
/** Heartbeats in the time of one lease. */
const heartbeatsPerLease = 4

interface Running {
  readonly delivery: ClaimedDelivery
  readonly abort: AbortController
  readonly ended: Promise<void>
}

interface State {
  readonly options: WorkerOptions
  readonly concurrency: number
  readonly leaseMs: number
  readonly pollMs: number
  /**
   * A list and no map: a map that is filled and emptied all the time makes new tables of itself,
   * and one that is dead but old keeps the next alive, with what was in it.
   */
  readonly running: Running[]
  isStopped: boolean
  claiming: Promise<void> | undefined
  isWoken: boolean
  /** Ends the quiet. */
  rouse: () => void
  timer: NodeJS.Timeout | undefined
  heartbeat: NodeJS.Timeout | undefined
  stopListening: () => void
}

export function newWorker(options: WorkerOptions): Worker {
  const state: State = {
    options,
    concurrency: options.concurrency ?? 32,
    leaseMs: options.leaseMs ?? 20_000,
    pollMs: options.pollMs ?? 1_000,
    running: [],
    isStopped: true,
    claiming: undefined,
    isWoken: false,
    rouse: () => {},
    timer: undefined,
    heartbeat: undefined,
    stopListening: () => {},
  }
  return { start: () => start(state), stop: (graceMs) => stop(state, graceMs) }
}

function start(state: State): void {
  if (!state.isStopped) return
  state.isStopped = false
  state.stopListening = state.options.storage.onChange(() => wake(state))
  state.heartbeat = setInterval(() => void renew(state), state.leaseMs / heartbeatsPerLease)
  wake(state)
}

function wake(state: State): void {
  state.isWoken = true
  state.rouse()
  state.claiming ??= claimAll(state).finally(() => {
    state.claiming = undefined
  })
}

/**
 * Claims until there is no room or no work. One at a time; a wake-up in between makes it look
 * once more.
 */
async function claimAll(state: State): Promise<void> {
  clearTimeout(state.timer)
  let waitMs = state.pollMs
  try {
    while (state.isWoken && !state.isStopped && state.running.length < state.concurrency) {
      // The deliveries of one commit end one after the other: asking at the first would claim for
      // its slot alone, with a commit of its own.
      await new Promise((resolve) => setImmediate(resolve))
      state.isWoken = false
      const room = state.concurrency - state.running.length
      const claimed = await claim(state, room)
      for (const delivery of claimed) {
        if (state.isStopped) await release(state, delivery)
        else run(state, delivery)
      }
      // Of fewer than there is room for, there is no more.
      if (claimed.length === room) state.isWoken = true
      else await quiet(state)
      if (!state.isWoken) waitMs = await untilNextDue(state)
    }
  } catch (error) {
    state.options.log.error('could not claim deliveries', { error: errorText(error, 300) })
  }
  if (!state.isStopped) state.timer = setTimeout(() => wake(state), waitMs)
}

/** Resolves at the next wake-up, or where there is none for a moment. */
async function quiet(state: State): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, waitMsMin)
  state.rouse = resolve
  if (!state.isWoken && !state.isStopped) await promise
  clearTimeout(timer)
}

async function claim(state: State, limit: number): Promise<ClaimedDelivery[]> {
  const suspects = state.running.filter(({ delivery }) => delivery.crashes > 0).length
  return await state.options.storage.claimDeliveries({
    limit,
    leaseMs: state.leaseMs,
    targets: [...state.options.handlers.keys()],
    suspects: Math.max(0, suspectsMax - suspects),
    crashesMax,
  })
}

async function untilNextDue({ options, pollMs }: State): Promise<number> {
  const dueInMs = await options.storage.dueInMs([...options.handlers.keys()])
  return Math.min(pollMs, Math.max(dueInMs ?? pollMs, waitMsMin))
}

function run(state: State, delivery: ClaimedDelivery): void {
  const abort = new AbortController()
  const ended = deliver(state.options, delivery, abort.signal)
    .catch((error) => {
      // A bug in Hookline itself fails this one delivery: its lease runs out and it is tried again.
      state.options.log.error('a delivery could not be run', {
        delivery: delivery.id,
        error: errorText(error),
      })
    })
    .finally(() => {
      remove(state.running, own)
      if (!state.isStopped) wake(state)
    })
  const own: Running = { delivery, abort, ended }
  state.running.push(own)
}

/** In no order: the last one takes its place. */
function remove(running: Running[], one: Running): void {
  const place = running.indexOf(one)
  const last = running.pop()
  if (last && last !== one) running[place] = last
}

async function renew(state: State): Promise<void> {
  const leases = state.running.map(({ delivery }) => delivery)
  if (leases.length === 0) return
  try {
    for (const id of await state.options.storage.renewLeases(leases, state.leaseMs)) {
      const lost = state.running.find(({ delivery }) => delivery.id === id)
      if (!lost) continue
      state.options.log.warn('lost the lease of a delivery', { delivery: id })
      lost.abort.abort(new Error('The lease of this delivery was lost, so this attempt ends.'))
    }
  } catch (error) {
    state.options.log.error('could not renew leases', { error: errorText(error, 300) })
  }
}

async function stop(state: State, graceMs: number): Promise<void> {
  if (state.isStopped) return
  state.isStopped = true
  state.rouse()
  clearTimeout(state.timer)
  state.stopListening()
  await state.claiming
  const all = () => Promise.all(state.running.map(({ ended }) => ended))
  const { promise: graceIsOver, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, graceMs)
  await Promise.race([all(), graceIsOver])
  clearTimeout(timer)
  const left = [...state.running]
  for (const { abort } of left) abort.abort(new Error('Hookline is stopping.'))
  await all()
  for (const { delivery } of left) await release(state, delivery)
  clearInterval(state.heartbeat)
}

/**
 * At shutdown an unfinished delivery is free for others at once, without waiting for its lease to
 * end.
 */
async function release({ options }: State, delivery: ClaimedDelivery): Promise<void> {
  try {
    await options.storage.settleDelivery(delivery, { outcome: 'released' })
  } catch (error) {
    options.log.error('could not hand back a delivery', { error: errorText(error, 300) })
  }
}
