/** One server under test: one process of a peer's program, or several that share their storage. */
import type { FromPeer, Place, ToPeer, Usage } from './peer-program.ts'
import { type Program, startProgram } from './program.ts'

export interface ServerOptions {
  readonly program: URL
  readonly place: Place
  readonly processes?: number | undefined
  readonly cores?: string | undefined
  readonly profileDirectory?: string | undefined
}

export interface ServerProcess {
  readonly port: number
  /** Answers are in the order of the questions: each is asked when the one before is answered. */
  ask<Answer>(command: string, argument?: string | number): Promise<Answer>
  stop(): Promise<void>
}

export interface Server {
  readonly processes: readonly ServerProcess[]
  readonly ports: readonly number[]
  /** The processor time of all, and when it was read. */
  usage(): Promise<Usage>
  stop(): Promise<void>
}

/** The first starts alone, because it makes the tables that the others find. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const processes: ServerProcess[] = []
  const stop = async () => {
    await Promise.all(processes.map((process) => process.stop()))
  }
  try {
    for (let count = options.processes ?? 1; count > 0; count--) {
      processes.push(await startProcess(options))
    }
  } catch (error) {
    await stop()
    throw error
  }
  return {
    processes,
    ports: processes.map(({ port }) => port),
    usage: () => usageOf(processes),
    stop,
  }
}

async function startProcess(options: ServerOptions): Promise<ServerProcess> {
  const program: Program<ToPeer, FromPeer> = startProgram({
    file: options.program,
    argument: JSON.stringify(options.place),
    cores: options.cores,
    profileDirectory: options.profileDirectory,
  })
  try {
    const { port } = await program.next('ready')
    let last: Promise<unknown> = Promise.resolve()
    return {
      port,
      ask: <Answer>(command: string, argument: string | number = '') => {
        const asked = last.then(() => ask<Answer>(program, command, String(argument)))
        last = asked.catch(() => {})
        return asked
      },
      stop: () => program.stop(),
    }
  } catch (error) {
    await program.stop()
    throw error
  }
}

async function ask<Answer>(
  program: Program<ToPeer, FromPeer>,
  command: string,
  argument: string,
): Promise<Answer> {
  const answered = program.next('answer')
  program.send({ kind: 'ask', command, argument })
  const { value, error } = await answered
  if (error !== undefined) throw new Error(`A server could not do '${command}': ${error}`)
  return value as Answer // the asker knows the command
}

async function usageOf(processes: readonly ServerProcess[]): Promise<Usage> {
  const all = await Promise.all(processes.map((process) => process.ask<Usage>('usage')))
  // Each has a clock of its own, and all were asked at once: one clock is enough.
  return { cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0), atMs: all[0]?.atMs ?? 0 }
}
