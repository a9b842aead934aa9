/** Follows a replay until it has ended, and shows how far it is. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Admin, ReplayView } from '../../client/admin.ts'
import { withProgress } from '../progress.ts'
import { onStopSignals } from '../signals.ts'

const pollMs = 300

/** Ctrl-C leaves it: the replay is the server's, and goes on without us. */
export async function followReplay(api: Admin, job: ReplayView): Promise<ReplayView> {
  const stopListening = leaveAtSignal(job.id)
  const ended = await withProgress(async (progress) => {
    progress.step({ total: job.matched, done: job.replayed, unit: 'events' })
    let view = job
    while (view.state === 'running') {
      await wait(pollMs)
      view = await api.replays.get(job.id)
      progress.at(view.replayed)
    }
    return view
  })
  stopListening()
  return ended
}

function leaveAtSignal(id: string): () => void {
  const leave = () => {
    process.stderr.write(`\nThe replay ${id} goes on at the server.\n`)
    process.exit(0)
  }
  return onStopSignals({ drain: leave, exit: leave })
}
