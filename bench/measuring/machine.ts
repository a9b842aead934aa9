/**
 * What a figure was measured on: versions, processor, file system and how long its disk takes to
 * flush.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import type { Bench, Flags } from '../bench.ts'
import { median } from './alternate.ts'

export interface Machine {
  readonly date: string
  readonly node: string
  readonly sqlite: string
  readonly packages: Readonly<Record<string, string>>
  readonly processor: string
  readonly cores: number
  /** The mean of the last minute, before the run: what else the machine was doing. */
  readonly loadBefore: number
}

export interface Disk {
  readonly fileSystem: string
  /** The median time of one write of a page with its flush. */
  readonly flushMs: number
}

/** `f_type` of statfs(2). */
const fileSystems: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x2fc12fc1, 'zfs'],
  [0x01021994, 'tmpfs (in memory: flushes cost nothing)'],
  [0x794c7630, 'overlay'],
  [0x6969, 'nfs'],
  [0x1a, 'apfs'],
])
const flushes = 40
const pageBytes = 8_192

export function describeMachine(packageNames: readonly string[]): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    sqlite: process.versions.sqlite ?? 'none',
    packages: Object.fromEntries(packageNames.map((name) => [name, versionOf(name)])),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    loadBefore: loadavg()[0] ?? 0,
  }
}

/** Some peers are installed apart from the project, in a folder of their own. */
const installations = ['../../node_modules', '../peers/node_modules']

function versionOf(packageName: string): string {
  for (const folder of installations) {
    const file = new URL(`${folder}/${packageName}/package.json`, import.meta.url)
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).version // by npm, in each
  }
  return 'not installed'
}

export function describeDisk(directory: string): Disk {
  const { type } = statfsSync(directory)
  return {
    fileSystem: fileSystems.get(type) ?? `type 0x${type.toString(16)}`,
    flushMs: measureFlushMs(join(directory, 'flush')),
  }
}

function measureFlushMs(file: string): number {
  const handle = openSync(file, 'w')
  const page = Buffer.alloc(pageBytes, 1)
  const timesMs = Array.from({ length: flushes }, () => {
    const before = performance.now()
    writeSync(handle, page)
    fdatasyncSync(handle)
    return performance.now() - before
  })
  closeSync(handle)
  rmSync(file)
  return median(timesMs)
}

/** One sentence for below a table. */
export function machineText(machine: Machine, disk?: Disk): string {
  const packages = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`)
  const software = [`Node ${machine.node}`, `SQLite ${machine.sqlite}`, ...packages].join(', ')
  const hardware = `${machine.processor}, ${machine.cores} cores`
  const storage = disk ? `; ${disk.fileSystem}, one flush ${disk.flushMs.toFixed(2)} ms` : ''
  const load = `load average before the run ${machine.loadBefore.toFixed(1)}`
  return `${machine.date}. ${software}; ${hardware}${storage}; ${load}.`
}

/** The command that makes this run again. */
export function commandText(script: string, { flags }: Pick<Bench, 'flags'>, given: Flags): string {
  const written = Object.entries(given).flatMap(([name, value]) => {
    if (value === '') return []
    return [flags[name]?.isSwitch ? `--${name}` : `--${name} ${value}`]
  })
  return `npm run ${script} -- ${written.join(' ')}`
}
