/** Asks git for what the doctor needs of a folder. Runs nothing that the repository configures. */
import { execFile, spawn } from 'node:child_process'

const outputBytesMax = 256 * 1024 * 1024

/** A repository could name a program here, which listing its files would start. */
const safeOptions = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null']

export type GitState = 'repository' | 'none' | 'refused'

export interface Repository {
  readonly state: GitState
  /** Git's own reason, where it refused. */
  readonly reason?: string
  readonly isShallow: boolean
}

/** Its output; undefined where git failed or is not there. */
export async function git(folder: string, args: readonly string[]): Promise<string | undefined> {
  const { stdout, error } = await run(folder, args)
  return error === undefined ? stdout : undefined
}

export async function openRepository(folder: string): Promise<Repository> {
  const { stdout, error } = await run(folder, ['rev-parse', '--is-shallow-repository'])
  if (error === undefined) return { state: 'repository', isShallow: stdout.trim() === 'true' }
  if (/not a git repository/i.test(error)) return { state: 'none', isShallow: false }
  return { state: 'refused', reason: error.split('\n')[0]?.slice(0, 200) ?? '', isShallow: false }
}

/** Starts git with its input and output as streams. */
export function startGit(folder: string, args: readonly string[]) {
  return spawn('git', ['-C', folder, ...safeOptions, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
}

/** The parts of an output that git separates with NUL. */
export function splitAtNul(output: string): string[] {
  return output.split('\0').filter((part) => part !== '')
}

function run(
  folder: string,
  args: readonly string[],
): Promise<{ stdout: string; error: string | undefined }> {
  const all = ['-C', folder, ...safeOptions, ...args]
  return new Promise((resolve) => {
    execFile('git', all, { maxBuffer: outputBytesMax }, (failure, stdout, stderr) => {
      resolve({ stdout, error: failure ? stderr.trim() || failure.message : undefined })
    })
  })
}
