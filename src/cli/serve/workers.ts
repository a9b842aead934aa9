/**
 * Several processes on one port: starts them, starts one anew that died, and lets all of them drain
 * at a signal. It serves nothing itself.
 */
import cluster, { type Worker } from 'node:cluster'
import { systemClock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { onStopSignals } from '../signals.ts'

export const workersMax = 64
const restartMs = { first: 200, most: 5_000 }
/** A worker that ran this long died for a new reason: the waits begin anew. */
const stableAfterMs = 10_000
/** After the time to drain, for the last words. */
const endMsMax = 2_000

export interface WorkersOptions {
  readonly count: number
  readonly log: Log
  readonly drainMsMax: number
}

interface State extends WorkersOptions {
  readonly workers: Set<Worker>
  restartMs: number
  isStopping: boolean
  onAllEnded: () => void
}

/**
 * Resolves when all have drained. The first starts alone: where it can not start it has said why,
 * and the program ends as it did, without the others saying the same.
 */
export async function superviseWorkers(options: WorkersOptions): Promise<void> {
  const { promise: ended, resolve: onAllEnded } = Promise.withResolvers<void>()
  const state: State = {
    ...options,
    workers: new Set(),
    restartMs: restartMs.first,
    isStopping: false,
    onAllEnded,
  }
  onStopSignals({ drain: () => drain(state), exit: () => end(state) })
  const first = startWorker(state, (code) => process.exit(code))
  first.once('listening', () => {
    for (let i = 1; i < options.count && !state.isStopping; i++) startWorker(state)
  })
  await ended
}

function startWorker(state: State, onNeverReady?: (code: number) => void): Worker {
  const worker = cluster.fork()
  const startedAtMs = systemClock.now()
  let isReady = false
  state.workers.add(worker)
  worker.once('listening', () => {
    isReady = true
  })
  worker.once('exit', (code, signal) => {
    state.workers.delete(worker)
    if (state.isStopping) {
      if (state.workers.size === 0) state.onAllEnded()
    } else if (!isReady && onNeverReady) {
      onNeverReady(code || 1)
    } else {
      const { pid } = worker.process
      state.log.error('a worker ended', {
        pid,
        code: code ?? undefined,
        signal: signal ?? undefined,
      })
      restart(state, systemClock.now() - startedAtMs)
    }
  })
  return worker
}

function restart(state: State, ranMs: number): void {
  if (ranMs >= stableAfterMs) state.restartMs = restartMs.first
  setTimeout(() => {
    if (!state.isStopping) startWorker(state)
  }, state.restartMs)
  state.restartMs = Math.min(state.restartMs * 2, restartMs.most)
}

function drain(state: State): void {
  state.isStopping = true
  state.log.info('stopping; running handlers may end', { withinMs: state.drainMsMax })
  for (const worker of state.workers) worker.process.kill('SIGTERM')
  if (state.workers.size === 0) state.onAllEnded()
  setTimeout(() => end(state), state.drainMsMax + endMsMax).unref()
}

function end(state: State): void {
  for (const worker of state.workers) worker.process.kill('SIGKILL')
  process.exit(1)
}
