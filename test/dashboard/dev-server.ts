/** `hookline dev` as a process of its own, with its sandbox, for the pages that need one. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { ensureBuilt } from './built.ts'

const root = join(import.meta.dirname, '../..')
const cli = ['--conditions=hookline-source', join(root, 'src/cli/bin.ts')]
const anyPorts = ['--port', '0', '--sandbox-port', '0']
const readyMsMax = 60_000

export interface DevServer {
  readonly url: string
  readonly sandboxUrl: string
  readonly signInLink: string
  /** Runs another command of the program beside it. */
  run(...words: readonly string[]): Promise<void>
  stop(): Promise<void>
}

/** @param file the app; the built-in demo where none is given. */
export async function startDev(file?: string): Promise<DevServer> {
  await ensureBuilt()
  const directory = await mkdtemp(join(tmpdir(), 'hookline-dev-'))
  const named = file === undefined ? [] : [file]
  const child = spawn(process.execPath, [...cli, 'dev', ...named, ...anyPorts, '--json'], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = async () => {
    const isOver = child.exitCode !== null || !child.kill('SIGTERM')
    if (!isOver) await once(child, 'close')
    await rm(directory, { recursive: true, force: true })
  }
  const started = await ready(child).catch(async (error) => {
    await stop()
    throw error
  })
  return {
    ...started,
    stop,
    run: async (...words) => {
      await promisify(execFile)(process.execPath, [...cli, ...words], { cwd: directory })
    },
  }
}

type Ready = Pick<DevServer, 'url' | 'sandboxUrl' | 'signInLink'>

function ready(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`The server was not ready within ${readyMsMax} ms.`))
    const timer = setTimeout(late, readyMsMax)
    child.once('close', (code) => reject(new Error(`The server ended (${code}).`)))
    createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
      if (!line.includes('"event":"ready"')) return
      clearTimeout(timer)
      resolve(JSON.parse(line) as Ready) // as `dev --json` prints it
    })
  })
}
