/** The program as a process of its own, from source, for tests: what it prints, and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { until } from './until.ts'

const binPath = fileURLToPath(new URL('../bin.ts', import.meta.url))
const conditions = '--conditions=hookline-source'
const waitMsMax = 30_000

export interface CliOptions {
  readonly directory: string
  readonly environment?: Readonly<Record<string, string>>
  /** Standard input; none where it is not given. */
  readonly input?: string
  /** More arguments for Node. */
  readonly nodeArguments?: readonly string[]
  /** A process group of its own, as a terminal gives to a command. */
  readonly isOwnGroup?: boolean
}

export interface CliProcess {
  readonly child: ChildProcess
  readonly pid: number
  stdout(): string
  stderr(): string
  readonly ended: Promise<Ended>
  /** Sends a signal until it has ended; returns how many were sent. */
  insist(signal: NodeJS.Signals): Promise<number>
  /** Resolves with the match once the output so far holds the pattern. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const running = new Set<ChildProcess>()
const folders: string[] = []

afterAll(async () => {
  await endAll()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder of its own, gone after the tests of the file, as are the processes that still run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-cli-'))
  folders.push(folder)
  return folder
}

async function endAll(): Promise<void> {
  const ends = [...running].map((child) => new Promise((resolve) => child.once('exit', resolve)))
  for (const child of running) child.kill('SIGKILL')
  await Promise.all(ends)
}

export function startCli(args: readonly string[], options: CliOptions): CliProcess {
  const { directory, environment = {}, nodeArguments = [], isOwnGroup = false, input } = options
  const child = spawn(process.execPath, [conditions, ...nodeArguments, binPath, ...args], {
    cwd: directory,
    env: { ...plainEnvironment(), ...environment },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: isOwnGroup,
  })
  // A command that reads nothing may have ended before.
  child.stdin?.on('error', () => {}).end(input)
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  running.add(child)
  const ended = new Promise<Ended>((resolve) => {
    // Not 'exit': what was printed last is still to be read then.
    child.on('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal, ...output })
    })
  })
  return {
    child,
    pid: child.pid ?? 0,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    ended,
    insist: (signal) => insist(child, signal),
    printed: (pattern) => printed(child, output, pattern),
  }
}

/** Runs a command to its end. */
export function runCli(args: readonly string[], options: CliOptions): Promise<Ended> {
  return startCli(args, options).ended
}

/** Nothing that this machine has set may decide a test. */
function plainEnvironment(): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(HOOKLINE_|STRIPE_|NODE_OPTIONS|FORCE_COLOR|VITEST|NODE_ENV)/.test(name),
  )
  return Object.fromEntries(own)
}

async function insist(child: ChildProcess, signal: NodeJS.Signals): Promise<number> {
  let count = 0
  await until('the program has ended', () => {
    if (child.exitCode !== null || child.signalCode !== null) return true
    count++
    child.kill(signal)
    return undefined
  })
  return count
}

function printed(
  child: ChildProcess,
  output: { stdout: string; stderr: string },
  pattern: RegExp,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const match = pattern.exec(output.stdout + output.stderr)
      if (match) finish(() => resolve(match))
    }
    const fail = () => {
      const said = `stdout:\n${output.stdout}\nstderr:\n${output.stderr}`
      finish(() => reject(new Error(`${pattern} was not printed.\n${said}`)))
    }
    const timer = setTimeout(fail, waitMsMax)
    const finish = (then: () => void) => {
      clearTimeout(timer)
      child.stdout?.off('data', look)
      child.stderr?.off('data', look)
      child.off('close', fail)
      then()
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.on('close', fail)
    look()
  })
}
