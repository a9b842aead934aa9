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
import { startServer } from '../programs/server.ts'

export interface FillOptions {
  readonly count: number
  /** How long ago they were received. */
  readonly ageDays?: number
  readonly keptDirectory: string
  readonly say: (line: string) => void
}

const program = new URL('../hookline/fill.ts', import.meta.url)
/** Another schema, or another way to fill, is another database. */
const made = ['../../src/storage/migrations.ts', '../hookline/fill.ts']

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
    await server.processes[0]?.ask('fill', count)
  } finally {
    await server.stop()
  }
  renameSync(unfinished, folder)
  return folder
}

function madeBy(): string {
  const hash = createHash('sha256')
  for (const file of made) hash.update(readFileSync(new URL(file, import.meta.url)))
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
