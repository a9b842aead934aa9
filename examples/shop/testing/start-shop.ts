/** The shop as a person starts it: `hookline dev` in a process of its own, in an empty folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface RunningShop {
  readonly url: string
  readonly sandboxUrl: string
  /** What signs the events of Stripe. */
  readonly webhookSecret: string
  /** Everything that must not be in a page. */
  readonly secrets: readonly string[]
  stop(): Promise<void>
}

const readyMsMax = 60_000
const endMsMax = 10_000
const root = new URL('../../../', import.meta.url)
const bin = fileURLToPath(new URL('src/cli/bin.ts', root))
const program = fileURLToPath(new URL('examples/shop/hookline.ts', root))

export interface StartShopOptions {
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

export async function startShop(options: StartShopOptions = {}): Promise<RunningShop> {
  const folder = await mkdtemp(join(tmpdir(), 'hookline-shop-'))
  const { flags = [], environment = {} } = options
  const args = ['dev', program, '--port', '0', '--sandbox-port', '0', '--json', ...flags]
  const child = spawn(process.execPath, ['--conditions=hookline-source', bin, ...args], {
    cwd: folder,
    env: { ...inherited(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    const { url, sandboxUrl } = await ready(child)
    const made = join(folder, '.hookline')
    const kept = JSON.parse(await readFile(join(made, 'dev-secrets.json'), 'utf8'))
    const keys = ['admin-key', 'master-key'].map((name) => readFile(join(made, name), 'utf8'))
    const secrets = (await Promise.all(keys)).map((key) => key.trim())
    return {
      url: String(url),
      sandboxUrl: String(sandboxUrl),
      webhookSecret: kept.stripe,
      secrets: [kept.stripe, ...secrets],
      stop: () => stop(child, folder),
    }
  } catch (error) {
    await stop(child, folder)
    throw error
  }
}

/** What is set for the person who runs the tests must not reach the shop. */
function inherited(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env)
  return Object.fromEntries(
    entries.filter(([name]) => !/^(HOOKLINE|STRIPE|NODE|VITEST)/.test(name)),
  )
}

async function ready(child: ChildProcess): Promise<Record<string, unknown>> {
  const said: string[] = []
  child.stderr?.on('data', (chunk) => said.push(String(chunk)))
  const timer = setTimeout(() => child.kill('SIGKILL'), readyMsMax)
  try {
    // Read on after the line was found, or the child would wait for somebody to take its output.
    return await new Promise((resolve, reject) => {
      child.once('close', (code) => {
        reject(new Error(`The shop ended before it was ready (${code}).\n${said.join('')}`))
      })
      createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
        said.push(`${line}\n`)
        if (line.includes('"event":"ready"')) resolve(JSON.parse(line))
      })
    })
  } finally {
    clearTimeout(timer)
  }
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const timer = setTimeout(() => child.kill('SIGKILL'), endMsMax)
    child.kill('SIGTERM')
    await once(child, 'close')
    clearTimeout(timer)
  }
  await rm(folder, { recursive: true, force: true })
}
