/** Runs one benchmark from its flags to its text, in a folder of its own, and keeps its samples. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, Flags, Size } from '../bench.ts'
import { splitCores } from '../programs/cores.ts'
import { commandText, describeDisk, describeMachine, machineText } from './machine.ts'
import { newSeed, seededRandom } from './random.ts'
import { type Report, slowerText } from './report.ts'
import { writeJson } from './table.ts'

/**
 * In the project's folder and not the system's temporary one, which is often in memory. Git does
 * not look into it.
 */
const home = '.bench'

export interface RunOptions {
  readonly size: Size
  /** As given; what is missing has the size's default. */
  readonly flags: Flags
  readonly seed?: number | undefined
  /** Where the samples are saved. Default: a file of the bench's name. */
  readonly json?: string | undefined
  readonly say?: (line: string) => void
}

export interface Ran {
  readonly report: Report
  readonly text: string
}

export async function runBench(bench: Bench, options: RunOptions): Promise<Ran> {
  const { size, seed = newSeed(), say = console.error } = options
  const flags = { ...defaultFlags(bench, size), ...options.flags }
  const directory = newDirectory(bench.name)
  const cores = splitCores()
  try {
    const disk = describeDisk(directory)
    const loadBefore = describeMachine([])
    const report = await bench.run({
      directory,
      keptDirectory: join(home, 'kept'),
      size,
      flags,
      seed,
      random: seededRandom(seed),
      cores,
      say,
    })
    const machine = { ...describeMachine(report.packages), loadBefore: loadBefore.loadBefore }
    const command = commandText(`bench:${bench.name}`, bench, { ...flags, seed: String(seed) })
    const notes = report.notes.map((note) => `- ${note}`).join('\n')
    const last = [machineText(machine, disk), `\`${command}\``]
    const tables = report.tables.join('\n\n')
    const text = [slowerText(report.comparisons), tables, notes, ...last].join('\n\n')
    const { samples, comparisons } = report
    const saved = { command, machine, disk, cores, comparisons, samples, text }
    writeJson(options.json ?? resultsFile(bench, flags), saved)
    return { report, text }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

export function defaultFlags({ flags }: Bench, size: Size): Flags {
  const entries = Object.entries(flags).map(([name, flag]) => [name, flag[size] ?? flag.full])
  return Object.fromEntries(entries)
}

/** A switch asks another question, whose answer does not replace that of the first. */
function resultsFile(bench: Bench, flags: Flags): string {
  mkdirSync(join(home, 'results'), { recursive: true })
  const isOn = (flag: string) => bench.flags[flag]?.isSwitch && flags[flag] !== ''
  const name = [bench.name, ...Object.keys(flags).filter(isOn)].join('-')
  return join(home, 'results', `${name}.json`)
}

function newDirectory(name: string): string {
  mkdirSync(home, { recursive: true })
  chmodSync(home, 0o755) // a database server of another user passes through
  removeLeftBehind()
  const directory = mkdtempSync(join(home, `${name}-`))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Longer than any run: what is older was left by one that was killed. */
const runMsMax = 3_600_000

function removeLeftBehind(): void {
  for (const name of readdirSync(home)) {
    const isOfARun = /^[a-z]+-[a-zA-Z0-9]{6}$/.test(name)
    const ageMs = Date.now() - statSync(join(home, name)).mtimeMs
    if (isOfARun && ageMs > runMsMax) rmSync(join(home, name), { recursive: true, force: true })
  }
}
