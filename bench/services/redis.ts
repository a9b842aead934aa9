/**
 * A Redis server for one run, from the machine's own `redis-server` or `valkey-server`, that writes
 * and flushes each command before it answers: `appendonly yes`, `appendfsync always`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { processTreeCpuMs } from '../programs/processor-time.ts'
import { freePort } from './free-port.ts'
import { askRedis } from './redis-client.ts'

export interface RedisServer {
  readonly port: number
  empty(): Promise<void>
  cpuMs(): number | undefined
  /** Version and durable settings. */
  readonly settings: string
  stop(): Promise<void>
}

const binaries = ['redis-server', 'valkey-server']
const startMsMax = 5_000
const pollMs = 20
const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '']

/** Undefined where the machine has none; then what needs it is not run, and the report says so. */
export async function startRedis(directory: string): Promise<RedisServer | undefined> {
  const binary = binaries.find((name) => spawnSync(name, ['--version']).status === 0)
  if (binary === undefined) return undefined
  const version = /v=(\S+)/.exec(spawnSync(binary, ['--version']).stdout.toString())?.[1]
  const port = await freePort()
  const folder = join(directory, 'redis')
  mkdirSync(folder)
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  const child = spawn(binary, [...place, ...durable], { stdio: ['ignore', 'ignore', 2] })
  // A run that ends in the middle leaves no server behind.
  process.once('exit', () => child.kill('SIGKILL'))
  await untilItAnswers(port)
  const pid = child.pid ?? 0
  return {
    port,
    empty: async () => void (await askRedis(port, [['FLUSHALL']])),
    cpuMs: () => processTreeCpuMs(pid),
    settings: `${binary} ${version}: appendonly yes, appendfsync always`,
    stop: () => stop(child),
  }
}

async function untilItAnswers(port: number): Promise<void> {
  const before = performance.now()
  for (;;) {
    try {
      await askRedis(port, [['PING']])
      return
    } catch (error) {
      if (performance.now() - before > startMsMax) throw error
      await wait(pollMs)
    }
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}
