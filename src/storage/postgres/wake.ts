/**
 * Tells other processes that something was committed, and is told: NOTIFY without a payload, at
 * most once in a few milliseconds, and outside of the transactions (a NOTIFY inside would make
 * their commits wait for one another). What is missed is found by the slow poll of those who
 * listen.
 */
import type { Client, PoolConfig } from 'pg'
import { errorText } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { importPg } from './connect.ts'

const notifyEveryMs = 10
const reconnectMs = { least: 250, most: 5_000 }

export interface Waker {
  /** Tells the other processes, soon. */
  wake(): void
  stop(): Promise<void>
}

interface State {
  readonly config: PoolConfig
  readonly channel: string
  readonly log: Log
  readonly onWake: () => void
  client: Client | undefined
  timer: NodeJS.Timeout | undefined
  retry: NodeJS.Timeout | undefined
  failures: number
  /** A connection takes one statement at a time. */
  notifying: Promise<void> | undefined
  isStopped: boolean
}

export async function startWaker(
  options: Pick<State, 'config' | 'channel' | 'log' | 'onWake'>,
): Promise<Waker> {
  const state: State = {
    ...options,
    client: undefined,
    timer: undefined,
    retry: undefined,
    failures: 0,
    notifying: undefined,
    isStopped: false,
  }
  await listen(state)
  return {
    wake: () => {
      state.timer ??= setTimeout(() => notify(state), notifyEveryMs)
    },
    stop: async () => {
      state.isStopped = true
      clearTimeout(state.retry)
      // What is handed back at the end is for the others; they need not find it by themselves.
      if (state.timer) {
        clearTimeout(state.timer)
        await state.notifying
        notify(state)
      }
      await state.notifying
      await state.client?.end().catch(() => {})
    },
  }
}

async function listen(state: State): Promise<void> {
  const { default: pg } = await importPg()
  const { config } = state
  // A notification is a commit, and nothing of it is kept: there is no disk to wait for.
  const options = `${config.options ?? ''} -c synchronous_commit=off`
  const client = new pg.Client({ ...config, options })
  client.on('notification', ({ processId }) => {
    // Its own listeners were told at the commit.
    if (processId !== processIdOf(client)) state.onWake()
  })
  client.on('error', () => listenAgain(state, client))
  client.on('end', () => listenAgain(state, client))
  try {
    await client.connect()
    await client.query(`listen ${state.channel}`)
    state.client = client
    state.failures = 0
    // What was notified while nobody listened.
    state.onWake()
  } catch (error) {
    state.log.warn('can not listen for changes of other processes', {
      error: errorText(error, 200),
    })
    listenAgain(state, client)
  }
}

/** The server's process behind a connection; the types of pg leave it out. */
function processIdOf(client: Client): number | undefined {
  return 'processID' in client && typeof client.processID === 'number'
    ? client.processID
    : undefined
}

function listenAgain(state: State, client: Client): void {
  if (state.client === client) state.client = undefined
  if (state.isStopped || state.retry) return
  client.end().catch(() => {})
  const waitMs = Math.min(reconnectMs.least * 2 ** state.failures++, reconnectMs.most)
  state.retry = setTimeout(() => {
    state.retry = undefined
    if (!state.client) void listen(state)
  }, waitMs)
}

function notify(state: State): void {
  state.timer = undefined
  if (state.notifying) {
    state.timer = setTimeout(() => notify(state), notifyEveryMs)
    return
  }
  // A lost notification is made good by the poll of the others.
  const told = state.client?.query(`notify ${state.channel}`) ?? Promise.resolve()
  const ended = () => {
    state.notifying = undefined
  }
  state.notifying = told.then(ended, ended)
}
