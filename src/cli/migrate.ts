/** `hookline migrate`: the database's schema, brought up to date, or what that would take. */
import type { Command } from 'commander'
import { loadConfig } from '../config.ts'
import { hookline } from '../hookline.ts'
import { findAppFile, loadApp } from './app-file.ts'
import { type CommonOptions, newCommand } from './command.ts'
import { print, printJson } from './output.ts'
import { withProgress } from './progress.ts'

interface MigrateOptions extends CommonOptions {
  readonly plan?: boolean
  readonly database?: string
}

export function migrateCommand(): Command {
  return newCommand('migrate', {
    does: 'Bring the database to this version of Hookline.',
    examples: ['migrate', 'migrate --plan'],
    notes: [
      '`serve` does it as well where its role may. Run it by itself, with a role that may\n' +
        'create tables, where the role of `serve` may not.',
    ],
  })
    .argument('[file]', 'the app, which may name its schema; else hookline.ts, .js or .mjs')
    .option('--plan', 'print the SQL that would run, and change nothing')
    .option('--database <file>', 'the database; else HOOKLINE_DATABASE')
    .action(async (file: string | undefined, _options: MigrateOptions, command: Command) => {
      await migrate(file, command.optsWithGlobals<MigrateOptions>())
    })
}

async function migrate(named: string | undefined, options: MigrateOptions): Promise<void> {
  const directory = process.cwd()
  const { plan: isPlan = false, json: isJson = false, ...flags } = options
  const config = loadConfig({ flags, directory })
  const file = findAppFile(named, directory)
  const app = file ? await loadApp(file, directory) : hookline({ sources: {} })
  const migrated = await withProgress((progress) =>
    app.migrate({
      ...config,
      isPlan,
      onStep: ({ number, count, name }) =>
        progress.step({ name: `${number} of ${count}: ${name}`, total: count, done: number - 1 }),
    }),
  )
  const { from, to, sql } = migrated
  if (isJson) printJson({ ...migrated, isPlan })
  else if (isPlan) print(sql === '' ? `-- Nothing to do: the schema has version ${to}.` : sql)
  else if (from === to) print(`Nothing to do: the schema has version ${to}.`)
  else print(`The schema had version ${from} and has version ${to} now.`)
}
