/**
 * Starts one of the programs of this folder as a process of its own and exchanges messages with it.
 * What it prints goes to standard error: standard output is the table's.
 */
import { type ChildProcess, fork } from 'node:child_process'

export interface Message {
  readonly kind: string
}

export interface Program<Sent extends Message, Received extends Message> {
  readonly pid: number
  send(message: Sent): void
  /** The next message of this kind. Rejects where the program ends before, or stays silent. */
  next<Kind extends Received['kind']>(kind: Kind): Promise<Extract<Received, { kind: Kind }>>
  /** Resolves once the process is gone. */
  stop(): Promise<void>
}

export interface ProgramOptions {
  readonly file: URL
  readonly argument?: string | undefined
  /** The cores that it may run on, as `taskset` takes them. */
  readonly cores?: string | undefined
  /** Where a CPU profile of the process is written when it ends. */
  readonly profileDirectory?: string | undefined
}

/** Longer than any step of a benchmark: signing ahead, filling a database, draining a queue. */
const silenceMsMax = 240_000
const stopMsMax = 10_000

export function startProgram<Sent extends Message, Received extends Message>(
  options: ProgramOptions,
): Program<Sent, Received> {
  const { file, argument = '', cores, profileDirectory } = options
  const profile = profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`] : []
  // Memory is read after a collection: before it the figure says when the last one was.
  const flags = ['--conditions=hookline-source', '--expose-gc', ...profile]
  // `taskset` becomes Node by exec: the process and its channel stay the same.
  const pinned = cores
    ? { execPath: 'taskset', execArgv: ['-c', cores, process.execPath, ...flags] }
    : { execArgv: flags }
  const child = fork(file, [argument], {
    stdio: ['ignore', 2, 2, 'ipc'],
    serialization: 'advanced',
    ...pinned,
    env: { ...process.env, NODE_ENV: 'production' },
  })
  child.setMaxListeners(0)
  return {
    pid: child.pid ?? 0,
    send: (message) => void child.send(message),
    next: (kind) => nextMessage(child, file, kind),
    stop: () => stop(child),
  }
}

function nextMessage<Received extends Message>(
  child: ChildProcess,
  file: URL,
  kind: string,
): Promise<Received> {
  const { promise, resolve, reject } = Promise.withResolvers<Received>()
  const fail = (why: string) =>
    reject(new Error(`${file.pathname.split('/').at(-1)} ${why} before it sent '${kind}'.`))
  const onMessage = (message: unknown) => {
    const received = message as Received // only programs of this folder are started
    if (received.kind === kind) resolve(received)
  }
  const onExit = (code: number | null, signal: string | null) => fail(`ended (${code ?? signal})`)
  const timer = setTimeout(() => fail(`was silent for ${silenceMsMax} ms`), silenceMsMax)
  child.on('message', onMessage).on('exit', onExit)
  if (child.exitCode !== null) onExit(child.exitCode, null)
  return promise.finally(() => {
    clearTimeout(timer)
    child.off('message', onMessage).off('exit', onExit)
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  child.once('exit', () => resolve())
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
  // Each program ends by itself when its parent is gone: an interrupted run leaves none behind.
  if (child.connected) child.disconnect()
  await ended
  clearTimeout(timer)
}
