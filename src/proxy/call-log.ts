/**
 * Writes ended calls down, off their way: in groups, a moment later. What the database can not take
 * for a while waits up to a limit; then the oldest are dropped, and the log says how many.
 */
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { CallStorage, NewCall } from '../storage/calls.ts'

export interface CallLog {
  record(call: NewCall): void
  /** Resolves when what was recorded before is written, or can not be. */
  flush(): Promise<void>
  /** As `flush`, and nothing is written by itself any more. */
  stop(): Promise<void>
}

export interface CallLogOptions {
  readonly storage: Pick<CallStorage, 'recordCalls'>
  readonly log: Log
  readonly delayMs?: number
}

const delayMsDefault = 200
const groupCallsMax = 100
export const waitingCallsMax = 5_000

interface Waiting {
  readonly options: CallLogOptions
  calls: NewCall[]
  dropped: number
  isStopped: boolean
  timer: NodeJS.Timeout | undefined
  writing: Promise<void>
}

export function newCallLog(options: CallLogOptions): CallLog {
  const waiting: Waiting = {
    options,
    calls: [],
    dropped: 0,
    isStopped: false,
    timer: undefined,
    writing: Promise.resolve(),
  }
  return {
    record: (call) => {
      // The database is closed by then.
      if (waiting.isStopped) return
      waiting.calls.push(call)
      bound(waiting)
      waiting.timer ??= setTimeout(() => void flush(waiting), options.delayMs ?? delayMsDefault)
    },
    flush: () => flush(waiting),
    stop: async () => {
      await flush(waiting)
      waiting.isStopped = true
    },
  }
}

function bound(waiting: Waiting): void {
  const tooMany = waiting.calls.length - waitingCallsMax
  if (tooMany <= 0) return
  waiting.calls.splice(0, tooMany)
  waiting.dropped += tooMany
}

/** One after another, so that calls are written in the order in which they ended. */
function flush(waiting: Waiting): Promise<void> {
  clearTimeout(waiting.timer)
  waiting.timer = undefined
  waiting.writing = waiting.writing.then(() => write(waiting))
  return waiting.writing
}

async function write(waiting: Waiting): Promise<void> {
  const { storage, log } = waiting.options
  while (waiting.calls.length > 0) {
    const group = waiting.calls.splice(0, groupCallsMax)
    try {
      await storage.recordCalls(group)
    } catch (error) {
      // With the next call they are tried again.
      waiting.calls.unshift(...group)
      bound(waiting)
      log.error('calls could not be recorded', { error: errorText(error, 300) })
      return
    }
  }
  if (waiting.dropped > 0) log.warn('calls were not recorded', { calls: waiting.dropped })
  waiting.dropped = 0
}
