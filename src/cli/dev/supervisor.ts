/**
 * Keeps one child running: starts it, starts it anew after a change or when it ended by itself, and
 * waits where its file does not load. It knows processes, not what they serve.
 */
import type { ChildProcess } from 'node:child_process'
import { systemClock } from '../../base/clock.ts'
import type { ChildMessage, Failed, Ready, Stop } from './messages.ts'

/** More than the child takes to drain. */
const endMsMax = 5_000
const restartMs = { first: 200, most: 5_000 }
/** A child that ran this long ended for a new reason: the waits begin anew. */
const stableAfterMs = 10_000

/** Why a child was started. */
export type Reason =
  | { readonly kind: 'begin' }
  | { readonly kind: 'change'; readonly path: string }
  | { readonly kind: 'crash' }

export interface SupervisorOptions {
  readonly startChild: () => ChildProcess
  readonly onReady: (ready: Ready, reason: Reason) => void
  /** The child could not start, and is not tried again before the next change. */
  readonly onFailed: (failed: Failed, reason: Reason) => void
  readonly onCrash: (how: string, restartInMs: number) => void
}

export interface Supervisor {
  /** Starts anew, because of this file. */
  reload(path: string): void
  /** Resolves when the child has ended. */
  stop(): Promise<void>
  /** Ends the child at once. */
  kill(): void
}

interface State {
  readonly options: SupervisorOptions
  child: ChildProcess | undefined
  /** What the child that runs now said last. */
  said: ChildMessage | undefined
  startedAtMs: number
  /** A start that waits for the end of the child before it. */
  next: Reason | undefined
  restartMs: number
  restartTimer: NodeJS.Timeout | undefined
  onStopped: (() => void) | undefined
}

export function supervise(options: SupervisorOptions): Supervisor {
  const state: State = {
    options,
    child: undefined,
    said: undefined,
    startedAtMs: 0,
    next: undefined,
    restartMs: restartMs.first,
    restartTimer: undefined,
    onStopped: undefined,
  }
  start(state, { kind: 'begin' })
  return {
    reload: (path) => reload(state, path),
    stop: () => stop(state),
    kill: () => state.child?.kill('SIGKILL'),
  }
}

function start(state: State, reason: Reason): void {
  const { options } = state
  const child = options.startChild()
  state.child = child
  state.said = undefined
  state.startedAtMs = systemClock.now()
  child.on('message', (message) => {
    const said = message as ChildMessage // only our own child has this channel
    state.said = said
    const isWanted = state.next === undefined && state.onStopped === undefined
    if (said.kind === 'ready' && isWanted) options.onReady(said, reason)
  })
  child.on('exit', (code, signal) => ended(state, reason, { code, signal }))
}

function ended(
  state: State,
  reason: Reason,
  { code, signal }: { code: number | null; signal: string | null },
): void {
  const { next, said, options, onStopped } = state
  state.child = undefined
  state.next = undefined
  if (onStopped) onStopped()
  else if (next) start(state, next)
  else if (said?.kind === 'failed') options.onFailed(said, reason)
  else startAgainLater(state, signal ?? `exit code ${code}`)
}

function startAgainLater(state: State, how: string): void {
  if (systemClock.now() - state.startedAtMs > stableAfterMs) state.restartMs = restartMs.first
  state.options.onCrash(how, state.restartMs)
  state.restartTimer = setTimeout(() => start(state, { kind: 'crash' }), state.restartMs)
  state.restartMs = Math.min(state.restartMs * 2, restartMs.most)
}

function reload(state: State, path: string): void {
  if (state.onStopped) return
  clearTimeout(state.restartTimer)
  state.restartMs = restartMs.first
  const isEnding = state.next !== undefined
  const reason: Reason = { kind: 'change', path }
  if (!state.child) {
    start(state, reason)
    return
  }
  state.next = reason
  if (!isEnding) askToEnd(state.child)
}

function stop(state: State): Promise<void> {
  clearTimeout(state.restartTimer)
  return new Promise((resolve) => {
    state.onStopped = resolve
    if (state.child) askToEnd(state.child)
    else resolve()
  })
}

/** By message, not by signal: at Ctrl-C the child has a signal from the terminal already. */
function askToEnd(child: ChildProcess): void {
  const request: Stop = { kind: 'stop' }
  if (child.connected) child.send(request, () => {})
  const timer = setTimeout(() => child.kill('SIGKILL'), endMsMax)
  child.once('exit', () => clearTimeout(timer))
}
