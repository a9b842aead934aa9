/**
 * Shows on standard error how far a long command is: on a terminal in one line that is drawn anew,
 * elsewhere in a plain line now and then. Knows no command, and never writes to standard output,
 * which is the result's alone.
 */
import { type Clock, systemClock } from '../base/clock.ts'

/** What takes less shows nothing. */
const quietMs = 500
const drawEveryMs = 150
/** Between two lines where no terminal is written to. */
const lineEveryMs = 5_000
const barColumns = { least: 10, most: 40 } as const
const columnsDefault = 80
const megabyte = 1_000_000

export type ProgressUnit = 'events' | 'rows' | 'bytes'

export interface ProgressStep {
  /** Such as `Copying`. */
  readonly name?: string
  /** Where it is known there is a bar. */
  readonly total?: number
  /** Done before it began, which says nothing of its rate. Default 0. */
  readonly done?: number
  /** Of `total`. Without it the time so far is shown in place of a rate and the time left. */
  readonly unit?: ProgressUnit
}

export interface Progress {
  /** Begins a step; nothing is shown before the first. */
  step(step: ProgressStep): void
  /** How much of the step is done by now. */
  at(done: number): void
}

/** Standard error, or what a test puts in its place. */
export interface ProgressOutput {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface ProgressState {
  readonly startedAtMs: number
  step: ProgressStep | undefined
  stepAtMs: number
  done: number
  saidAtMs: number
  isDrawn: boolean
}

interface ProgressOptions {
  readonly output?: ProgressOutput
  readonly clock?: Clock
}

/**
 * Runs the work, and shows how far it is until it ends. Work that blocks the thread is not shown.
 */
export async function withProgress<T>(
  work: (progress: Progress) => Promise<T>,
  { output = process.stderr, clock = systemClock }: ProgressOptions = {},
): Promise<T> {
  const state = newProgress(clock.now())
  const timer = setInterval(() => show(state, output, clock.now()), drawEveryMs)
  try {
    return await work({
      step: (step) => beginStep(state, step, clock.now()),
      at: (done) => {
        state.done = done
      },
    })
  } finally {
    clearInterval(timer)
    if (state.isDrawn) output.write('\r\x1b[K')
  }
}

export function newProgress(nowMs: number): ProgressState {
  return {
    startedAtMs: nowMs,
    step: undefined,
    stepAtMs: nowMs,
    done: 0,
    saidAtMs: nowMs,
    isDrawn: false,
  }
}

export function beginStep(state: ProgressState, step: ProgressStep, nowMs: number): void {
  state.step = step
  state.stepAtMs = nowMs
  state.done = step.done ?? 0
}

/** Draws the line anew, or writes one where it is time for it. */
export function show(state: ProgressState, output: ProgressOutput, nowMs: number): void {
  if (state.step === undefined || nowMs - state.startedAtMs < quietMs) return
  if (output.isTTY) {
    state.isDrawn = true
    // The rest is cleared after the text and not before, so that the line does not flicker.
    output.write(`\r${terminalText(state, nowMs, output.columns || columnsDefault)}\x1b[K`)
  } else if (nowMs - state.saidAtMs >= lineEveryMs) {
    state.saidAtMs = nowMs
    output.write(`${plainText(state, nowMs)}\n`)
  }
}

/** Such as `Copying: 24 %, 1.2 of 5.0 MB, 0.4 MB/s, about 10 s left`. */
export function plainText(state: ProgressState, nowMs: number): string {
  const [all = ''] = texts(state, nowMs)
  return all
}

/** With a bar, and no longer than the terminal is wide: what matters least goes first. */
export function terminalText(state: ProgressState, nowMs: number, columns: number): string {
  // The last column stays free: some terminals go to the next line once it is written.
  const most = columns - 1
  const all = texts(state, nowMs)
  for (const text of barred(state, all)) {
    const room = most - text.length - '[] '.length
    if (room >= barColumns.least) return `${bar(state, Math.min(room, barColumns.most))} ${text}`
  }
  return (all.find((text) => text.length <= most) ?? all.at(-1) ?? '').slice(0, Math.max(most, 0))
}

/** The texts that may give up room to a bar. The time so far is worth more than one. */
function barred({ step }: ProgressState, all: readonly string[]): readonly string[] {
  if (step?.total === undefined) return []
  return step.unit === undefined ? all.slice(0, 1) : all
}

function bar(state: ProgressState, columns: number): string {
  const filled = Math.floor(columns * share(state))
  return `[${'#'.repeat(filled)}${'.'.repeat(columns - filled)}]`
}

/** What the server says is done may be more than was counted when it began. */
function share({ step, done }: ProgressState): number {
  const total = step?.total ?? 0
  return total > 0 ? Math.min(Math.max(done / total, 0), 1) : 1
}

/** The whole text, then shorter ones for terminals that are not wide enough. */
function texts(state: ProgressState, nowMs: number): string[] {
  const { name, total, unit } = state.step ?? {}
  if (total === undefined || unit === undefined) {
    const soFar = `${timeText(Math.floor((nowMs - state.startedAtMs) / 1_000))} so far`
    return name === undefined ? [soFar] : [`${name}, ${soFar}`, name]
  }
  const { counts, rate, left } = amounts(state, { total, unit, nowMs })
  const percent = `${Math.floor(share(state) * 100)} %`
  const before = name === undefined ? '' : `${name}: `
  return [
    [percent, counts, rate, ...left],
    [percent, counts, ...left],
    [percent, ...left],
    [percent],
  ].map((parts) => before + parts.join(', '))
}

function amounts(
  { step, stepAtMs, done }: ProgressState,
  { total, unit, nowMs }: { total: number; unit: ProgressUnit; nowMs: number },
) {
  const elapsedMs = nowMs - stepAtMs
  const since = Math.max(done - (step?.done ?? 0), 0)
  const perSecond = elapsedMs > 0 ? (since * 1_000) / elapsedMs : 0
  const isBytes = unit === 'bytes'
  const amount = isBytes ? megabytes : wholeNumber
  return {
    counts: `${amount(done)} of ${amount(total)} ${isBytes ? 'MB' : unit}`,
    rate: `${amount(perSecond)}${isBytes ? ' MB' : ''}/s`,
    left: perSecond > 0 ? [`about ${timeText((total - done) / perSecond)} left`] : [],
  }
}

function wholeNumber(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function megabytes(bytes: number): string {
  const count = bytes / megabyte
  const digits = count < 100 ? 1 : 0
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return count.toLocaleString('en-US', format)
}

function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(Math.max(seconds, 0))} s`
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}
