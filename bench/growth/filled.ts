/** Databases with so many handled events, kept from run to run, because they take long to fill. */
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { type ServerProcess, startServer } from '../programs/server.ts'

export interface FillOptions {
  readonly count: number
  /** How long ago they were received. */
  readonly ageDays?: number
  readonly keptDirectory: string
  readonly say: (line: string) => void
}

const program = new URL('../hookline/fill.ts', import.meta.url)
/** Another schema, or another way to fill, is another database. */
const storage = new URL('../../src/storage/', import.meta.url)
const made = [new URL('migrations.ts', storage), program]
/** Events stored before it is said how far it is. */
const partSize = 250_000

/** The folder of the database, made where it is not there yet. */
export async function filledDatabase(options: FillOptions): Promise<string> {
  const { count, ageDays = 0, keptDirectory, say } = options
  const folder = join(keptDirectory, `${count}-events-${ageDays}-days-${madeBy()}`)
  if (existsSync(folder)) return folder
  say(`Filling a database with ${count.toLocaleString('en-US')} events, once.`)
  removeOutdated(keptDirectory)
  const unfinished = `${folder}.new`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  const place = { directory: unfinished, settings: { ageDays } }
  const server = await startServer({ program, place })
  try {
    if (server.processes[0]) await fill(server.processes[0], options)
  } finally {
    await server.stop()
  }
  renameSync(unfinished, folder)
  return folder
}

/** In parts, each of which takes less than a minute, so that whoever waits sees it go on. */
async function fill(filler: ServerProcess, { count, say }: FillOptions): Promise<void> {
  await filler.ask('begin')
  const beganAt = performance.now()
  for (let from = 0; from < count; from += partSize) {
    const to = Math.min(from + partSize, count)
    await filler.ask('store', `${from}-${to}`)
    const perMs = to / (performance.now() - beganAt)
    if (to < count)
      say(`  ${inWords(to)} stored, about ${inWords((count - to) / perMs / 1000)} s left`)
  }
  for (const table of await filler.ask<string[]>('tables')) {
    if (count > partSize) say(`  giving them their ${table}`)
    await filler.ask('rows', table)
  }
}

function inWords(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

function madeBy(): string {
  const hash = createHash('sha256')
  const schemas = readdirSync(storage).filter((name) => name.endsWith('-schema.ts'))
  for (const file of [...made, ...schemas.map((name) => new URL(name, storage))]) {
    hash.update(readFileSync(file))
  }
  return hash.digest('hex').slice(0, 12)
}

/** What an earlier schema left behind would fill the disk. */
function removeOutdated(keptDirectory: string): void {
  if (!existsSync(keptDirectory)) return
  for (const name of readdirSync(keptDirectory)) {
    if (!name.endsWith(madeBy())) rmSync(join(keptDirectory, name), { recursive: true })
  }
}

/** Puts a copy into the folder of one measurement. */
export function copyDatabase(from: string, to: string): void {
  cpSync(from, to, { recursive: true })
}
