/**
 * Disks on which a write fails for real: a small file system in memory, where the machine allows
 * to mount one, and a limit on the size of a process's files, which needs no rights. Each can be
 * made large again.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Launch, RunningApp } from './running-app.ts'

const run = promisify(execFile)
const small = '8m'
const large = '256m'
const fileBytesMax = 6_000_000

export interface SmallDisk {
  readonly directory: string
  /** How an app is started on it. */
  readonly launch: Launch
  enlarge(app: RunningApp): Promise<void>
  remove(): Promise<void>
}

/** @throws Error saying why this machine does not allow it. */
export async function mountSmall(): Promise<SmallDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'hookline-disk-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${small}`, 'tmpfs', directory])
  } catch (error) {
    await rm(directory, { recursive: true })
    throw error
  }
  return {
    directory,
    launch: {},
    enlarge: async () => {
      await run('mount', ['-o', `remount,size=${large}`, directory])
    },
    remove: async () => {
      await run('umount', [directory])
      await rm(directory, { recursive: true })
    },
  }
}

/** @throws Error saying why this machine does not allow it. */
export async function limitFiles(): Promise<SmallDisk> {
  await run('prlimit', ['--version'])
  const directory = await mkdtemp(join(tmpdir(), 'hookline-files-'))
  return {
    directory,
    // The soft limit alone, so that it may be raised again.
    launch: { through: ['prlimit', `--fsize=${fileBytesMax}:`] },
    enlarge: async ({ pid }) => {
      await run('prlimit', ['--pid', String(pid), '--fsize=unlimited:'])
    },
    remove: () => rm(directory, { recursive: true }),
  }
}
