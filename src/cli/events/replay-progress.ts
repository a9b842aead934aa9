/** Follows a replay until it has ended, and says how far it is: rate, and time left. */
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../../base/clock.ts'
import type { Admin, ReplayView } from '../../client/admin.ts'
import { onStopSignals } from '../signals.ts'

const pollMs = 300
/** Between two lines where no terminal is written to. */
const lineEveryMs = 5_000

/** Progress goes to standard error, so that standard output holds the result alone. */
export async function followReplay(api: Admin, job: ReplayView): Promise<ReplayView> {
  const startedAtMs = systemClock.now()
  const stopListening = leaveAtSignal(job.id)
  let view = job
  let saidAtMs = startedAtMs
  while (view.state === 'running') {
    await wait(pollMs)
    view = await api.replays.get(job.id)
    const nowMs = systemClock.now()
    const text = progressText(view, nowMs - startedAtMs)
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
    else if (nowMs - saidAtMs >= lineEveryMs) {
      saidAtMs = nowMs
      process.stderr.write(`${text}\n`)
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  stopListening()
  return view
}

/** The replay is the server's, and goes on without us. */
function leaveAtSignal(id: string): () => void {
  const leave = () => {
    process.stderr.write(`\nThe replay ${id} goes on at the server.\n`)
    process.exit(0)
  }
  return onStopSignals({ drain: leave, exit: leave })
}

/** Such as `1,200 of 5,000 events, 400 per second, about 10 s left`. */
export function progressText(
  { matched, replayed }: Pick<ReplayView, 'matched' | 'replayed'>,
  elapsedMs: number,
): string {
  const number = (value: number) => Math.round(value).toLocaleString('en-US')
  const perSecond = elapsedMs > 0 ? (replayed * 1_000) / elapsedMs : 0
  const left = perSecond > 0 ? `, about ${timeText((matched - replayed) / perSecond)} left` : ''
  return `${number(replayed)} of ${number(matched)} events, ${number(perSecond)} per second${left}`
}

function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(Math.max(seconds, 0))} s`
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}
