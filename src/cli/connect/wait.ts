/** The first verified event: asked of the provider where it can be, and waited for. */
import { setTimeout as pause } from 'node:timers/promises'
import { HooklineError } from '../../base/errors.ts'
import type { RejectionView } from '../../client/admin.ts'
import { type Connecting, say, sayDone } from './connecting.ts'

const lookEveryMs = 250

export async function waitForEvent(connecting: Connecting, waitMs: number): Promise<void> {
  const { api, view, given } = connecting
  if (await isSeen(connecting)) return await saySeen(connecting)
  const isSent = view.isMadeHere && (await api.connect.sendEvent(view.source, given)).isSent
  if (!isSent) say(connecting, `wait  cause an event at ${view.provider}; Ctrl+C ends the waiting`)
  const endsAt = performance.now() + waitMs
  while (!(await isSeen(connecting))) {
    if (performance.now() >= endsAt) throw await notSeen(connecting)
    await pause(lookEveryMs)
  }
  await saySeen(connecting)
}

async function isSeen({ api, view, given }: Connecting): Promise<boolean> {
  const { steps } = await api.connect.get(view.source, given)
  return steps.some(({ name, state }) => name === 'event' && state === 'done')
}

async function saySeen(connecting: Connecting): Promise<void> {
  const { lastEvent } = await connecting.api.sources.get(connecting.view.source)
  sayDone(connecting, `a verified event came: ${lastEvent?.type} (${lastEvent?.id})`)
}

async function notSeen({ api, view }: Connecting): Promise<HooklineError> {
  const { lastRejection } = await api.sources.get(view.source)
  return new HooklineError(
    'event_awaited',
    `Everything is set up, and no verified event has come yet.${refusedSo(lastRejection)} Either ` +
      `nothing happened at ${view.provider}, or it does not reach ${view.url ?? 'this server'}. ` +
      `Cause an event there and run \`hookline connect ${view.source}\` again.`,
  )
}

function refusedSo(rejection: RejectionView | null): string {
  return rejection === null ? '' : ` The last request was refused: ${rejection.reason}.`
}
