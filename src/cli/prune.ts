/** `hookline prune`: removes what is past its retention now, or counts it. */
import type { Command } from 'commander'
import { loadConfig } from '../config.ts'
import { hookline, pruneDatabase } from '../hookline.ts'
import { findAppFile, loadApp } from './app-file.ts'
import { type CommonOptions, newCommand } from './command.ts'
import { print, printJson } from './output.ts'
import { withProgress } from './progress.ts'

interface PruneOptions extends CommonOptions {
  readonly dryRun?: boolean
  readonly database?: string
}

interface Counts {
  readonly events: number
  readonly dedupeKeys: number
  readonly changes: number
}

export function pruneCommand(): Command {
  return newCommand('prune', {
    does: 'Remove what is past its retention. The server does so too, every ten minutes.',
    examples: ['prune --dry-run', 'prune'],
    notes: [
      'How long what is kept is said in `hookline({ retention })`: 30 days for events, 90 for\n' +
        'dedupe keys, 7 for the change log. What is still to be handled is never removed.',
    ],
  })
    .argument('[file]', 'the app, which may say how long; else hookline.ts, .js or .mjs')
    .option('--dry-run', 'print how much there is, and remove nothing')
    .option('--database <file>', 'the database; else HOOKLINE_DATABASE')
    .action(async (file: string | undefined, _options: PruneOptions, command: Command) => {
      await prune(file, command.optsWithGlobals<PruneOptions>())
    })
}

async function prune(named: string | undefined, options: PruneOptions): Promise<void> {
  const directory = process.cwd()
  const { dryRun: isDryRun = false, json: isJson = false, ...flags } = options
  const config = loadConfig({ flags, directory })
  const file = findAppFile(named, directory)
  const app = file ? await loadApp(file, directory) : hookline({ sources: {} })
  const counts = await withProgress((progress) => {
    progress.step({ name: 'Counting' })
    return pruneDatabase({
      ...app.database(config),
      isDryRun,
      onCounted: (old) => progress.step({ total: rowsIn(old), unit: 'rows' }),
      onStep: (removed) => progress.at(rowsIn(removed)),
    })
  })
  if (isJson) return printJson({ ...counts, isDryRun })
  print(`${isDryRun ? 'Would remove' : 'Removed'} ${sentence(counts)}.`)
}

function rowsIn({ events, dedupeKeys, changes }: Counts): number {
  return events + dedupeKeys + changes
}

function sentence({ events, dedupeKeys, changes }: Counts): string {
  return `${events} events, ${dedupeKeys} dedupe keys and ${changes} changes`
}
