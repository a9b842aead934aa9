/** The app as a process of its own, to be killed and paused by its id. */
import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { AppSettings } from './settings.ts'

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const readyWithinMs = 30_000
const saidLinesMax = 40

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface RunningApp {
  /** Where it listens. Rejects, with the last that it said, where it ends before that. */
  readonly ready: Promise<string>
  readonly pid: number | undefined
  readonly ended: Promise<Ended>
  /** Undefined while it lives. */
  readonly end: () => Ended | undefined
  /** The last lines on its standard error: its log. */
  readonly said: readonly string[]
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void
  /** Calls for each line on its standard output. */
  onLine(listener: (line: string) => void): void
}

export interface Launch {
  /** A program that starts it: `['strace', …]`, `['prlimit', …]`. */
  readonly through?: readonly string[]
  /** The app's file. Default: the one beside this file. */
  readonly app?: string
  /** Where it runs, and may leave its core when it crashes. Default: beside its database. */
  readonly directory?: string
}

const living = new Set<RunningApp>()

/** For the end of each test: none of its apps outlives it. */
export async function endApps(): Promise<void> {
  const left = [...living]
  for (const app of left) app.signal('SIGKILL')
  await Promise.all(left.map(({ ended }) => ended))
}

export function launchApp(settings: AppSettings, launch: Launch = {}): RunningApp {
  const { through = [], app: file = here('app.ts') } = launch
  const breaks = settings.control ? ['--import', here('break-storage.ts')] : []
  const [program = process.execPath, ...command] = [
    ...through,
    process.execPath,
    '--conditions=hookline-source',
    '--disable-warning=ExperimentalWarning',
    ...breaks,
    file,
    JSON.stringify(settings),
  ]
  const cwd = launch.directory ?? dirname(settings.database)
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: here('../../node_modules/.cache/hookline-crash'),
  }
  const child = spawn(program, command, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
  const said: string[] = []
  const listeners = new Set<(line: string) => void>()
  let end: Ended | undefined
  createInterface(child.stdout).on('line', (line) => {
    for (const listener of listeners) listener(line)
  })
  createInterface(child.stderr).on('line', (line) => {
    said.push(line)
    if (said.length > saidLinesMax) said.shift()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      end = { code, signal }
      living.delete(app)
      resolve(end)
    })
  })
  const app: RunningApp = {
    ready: untilReady(listeners, ended, said),
    pid: child.pid,
    ended,
    end: () => end,
    said,
    signal: (name) => void child.kill(name),
    onLine: (listener) => void listeners.add(listener),
  }
  app.ready.catch(() => {}) // whoever does not ask for it killed the app before it was ready
  living.add(app)
  return app
}

function untilReady(
  listeners: Set<(line: string) => void>,
  ended: Promise<Ended>,
  said: readonly string[],
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const fail = (what: string) => reject(new Error(`The app ${what}. It said:\n${said.join('\n')}`))
  const timer = setTimeout(() => fail('was not ready in time'), readyWithinMs)
  listeners.add((line) => {
    if (!line.startsWith('ready ')) return
    clearTimeout(timer)
    resolve(line.slice('ready '.length))
  })
  void ended.then(({ code, signal }) => {
    clearTimeout(timer)
    fail(`ended before it was ready (${signal ?? code})`)
  })
  return promise
}
