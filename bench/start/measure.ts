/** One start of a program: from its launch to the first 200. */
import { type ChildProcess, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { processTreeCpuMs } from '../programs/processor-time.ts'
import { freePort } from '../services/free-port.ts'

export interface StartPeer {
  readonly name: string
  readonly title: string
  /** Arguments of `node`. */
  readonly args: (port: number) => readonly string[]
  readonly directory: string
  readonly environment: (port: number) => Readonly<Record<string, string>>
}

export interface StartSample {
  readonly firstAnswerMs: number
  /** Of the process until then; null where the system does not tell. */
  readonly cpuMs: number | null
}

const pollMs = 2
const startMsMax = 30_000
const stopMsMax = 5_000

export async function measureStart(peer: StartPeer): Promise<StartSample> {
  const port = await freePort()
  const environment = { ...process.env, NODE_ENV: 'production', ...peer.environment(port) }
  const before = performance.now()
  const child = spawn(process.execPath, [...peer.args(port)], {
    cwd: peer.directory,
    env: environment,
    stdio: ['ignore', 'ignore', 2],
  })
  try {
    while ((await askHealth(port)) !== 200) {
      if (child.exitCode !== null) throw new Error(`${peer.title} ended before it answered.`)
      if (performance.now() - before > startMsMax) throw new Error(`${peer.title} did not answer.`)
      await wait(pollMs)
    }
    const firstAnswerMs = performance.now() - before
    return { firstAnswerMs, cpuMs: processTreeCpuMs(child.pid ?? 0) ?? null }
  } finally {
    await stop(child)
  }
}

/** The status; 0 where nothing listens yet. */
function askHealth(port: number): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const end = (status: number) => {
      socket.destroy()
      resolve(status)
    }
    socket.on('connect', () => socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'))
    socket.on('data', (chunk) => end(Number(chunk.toString('latin1').split(' ')[1])))
    socket.on('error', () => end(0))
    socket.on('close', () => end(0))
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
  await ended
  clearTimeout(timer)
}
