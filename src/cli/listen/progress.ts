/** What has been brought from a deployed server, kept in `.hookline/` so that none comes twice. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HooklineError } from '../../base/errors.ts'

/** The newest that are remembered: what came within the time that is looked back. */
const broughtMax = 5_000
const ownerOnly = { mode: 0o600 } as const

export interface Progress {
  readonly file: string
  /** Nothing older than this is brought. RFC 3339. */
  readonly begin: string
  /** When the newest that was brought had been received; null where none was. */
  newest: string | null
  readonly brought: Set<string>
}

interface Between {
  readonly from: string
  readonly forward: string
  readonly source?: string
  readonly begin: string
}

/** Goes on where it was, if there is such a place. */
export function openProgress(directory: string, between: Between): Progress {
  const folder = join(directory, '.hookline')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { from, forward, source = '' } = between
  const hash = createHash('sha256')
    .update(JSON.stringify([from, forward, source]))
    .digest('hex')
  const file = join(folder, `listen-${hash.slice(0, 16)}.json`)
  const kept = read(file)
  return {
    file,
    begin: kept?.begin ?? between.begin,
    newest: kept?.newest ?? null,
    brought: new Set(kept?.brought ?? []),
  }
}

/** Written whole under another name first, so that it is never there half. */
export function saveProgress(progress: Progress, receivedAt: string): void {
  const { file, begin, brought } = progress
  if (progress.newest === null || receivedAt > progress.newest) progress.newest = receivedAt
  for (const id of brought) {
    if (brought.size <= broughtMax) break
    brought.delete(id)
  }
  const text = JSON.stringify({ begin, newest: progress.newest, brought: [...brought] })
  writeFileSync(`${file}.new`, `${text}\n`, ownerOnly)
  renameSync(`${file}.new`, file)
}

function read(
  file: string,
): { begin: string; newest: string | null; brought: string[] } | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const { begin, newest, brought } = Object(JSON.parse(text))
    const isKnown = typeof newest === 'string' || newest === null
    if (typeof begin === 'string' && isKnown && Array.isArray(brought)) {
      return { begin, newest, brought: brought.map(String) }
    }
  } catch {
    // Said below, as is a file of another form.
  }
  throw new HooklineError(
    'config_invalid',
    `${file} can not be understood. It was likely changed by hand. Remove it: what was brought ` +
      'before may then come again, and is recognised as a repeat.',
  )
}
