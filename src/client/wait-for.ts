/** Waiting until a path is in the state that is wanted, for a limited time. */
import { LineError } from './line-error.ts'
import { isList } from './live-path.ts'
import { type Channel, join, type LineState, type State } from './watch.ts'

export const waitMsDefault = 30_000

export interface WaitOptions {
  /**
   * Milliseconds until the promise is rejected with `wait_timed_out`; 30,000 where none is given.
   */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** A document that does not exist is waited for; the predicate is not asked about it. */
export function waitForState(
  line: LineState,
  path: string,
  predicate: (state: NonNullable<State>) => boolean,
  options: WaitOptions = {},
): Promise<State> {
  const { timeoutMs = waitMsDefault, signal } = options
  let release = () => {}
  const reached = new Promise<State>((resolve, reject) => {
    signal?.throwIfAborted()
    const tell = (state: State) => {
      if (state !== undefined && predicate(state)) resolve(state)
    }
    const { channel, leave } = join(line, path, { tell, fail: reject, isTold: false })
    const late = () => reject(timedOut(channel, timeoutMs))
    const cancel = line.timing.after(timeoutMs, late)
    const abort = () => reject(signal?.reason)
    signal?.addEventListener('abort', abort)
    release = () => {
      signal?.removeEventListener('abort', abort)
      cancel()
      leave()
    }
  })
  return reached.finally(() => release())
}

function timedOut(channel: Channel, timeoutMs: number): LineError {
  const what = `'${channel.path}' was not as wanted within ${timeoutMs} ms.`
  return new LineError('wait_timed_out', `${what} ${why(channel)}`, { cause: channel.lostWith })
}

function why({ path, view, lostWith }: Channel): string {
  const [document] = view.documents.values()
  if (view.cursor === undefined) {
    const lost = lostWith instanceof Error ? ` (${lostWith.message})` : ''
    return (
      `No state came: the server was likely out of reach${lost}. Check the base URL and ` +
      `that the server runs.`
    )
  }
  const look =
    'Look at the deliveries of the event that should have changed it, or raise `timeoutMs`.'
  if (isList(path))
    return `${view.documents.size} documents are there, but the predicate did not hold. ${look}`
  if (document === undefined)
    return `The document does not exist, so likely no handler has written it yet. ${look}`
  return `The document is at version ${document.version}, but the predicate did not hold. ${look}`
}
