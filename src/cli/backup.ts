/** `hookline backup`: a copy of the database at one moment, while the server goes on. */
import type { Command } from 'commander'
import { loadConfig } from '../config.ts'
import { type BackupStep, backupDatabase } from '../hookline.ts'
import { type CommonOptions, newCommand } from './command.ts'
import { print, printJson } from './output.ts'
import { type Progress, withProgress } from './progress.ts'

interface BackupOptions extends CommonOptions {
  readonly database?: string
}

export function backupCommand(): Command {
  return newCommand('backup', {
    does: 'Copy the database as it is at this moment, and check the copy.',
    examples: ['backup hookline-2026-01-31.db'],
    notes: [
      'The server may be running. Only you can read the copy. PostgreSQL has its own tools for\n' +
        'this, which are named where it is used.',
    ],
  })
    .argument('<file>', 'where the copy goes; a file that is there is not written over')
    .option('--database <file>', 'the database; else HOOKLINE_DATABASE')
    .action(async (file: string, _options: BackupOptions, command: Command) => {
      await backup(file, command.optsWithGlobals<BackupOptions>())
    })
}

async function backup(
  file: string,
  { json: isJson = false, ...flags }: BackupOptions,
): Promise<void> {
  const { database, schema } = loadConfig({ flags, directory: process.cwd() })
  const made = await withProgress((progress) => {
    const onStep = stepsTo(progress)
    return backupDatabase({ database, file, onStep, ...(schema === undefined ? {} : { schema }) })
  })
  if (isJson) printJson(made)
  else
    print(`Copied ${made.events} events, ${made.bytes} bytes, to ${made.file}. The copy is whole.`)
}

function stepsTo(progress: Progress): (step: BackupStep) => void {
  let isCopying = false
  return (step) => {
    if (step.kind === 'checking') return progress.step({ name: 'Checking the copy' })
    if (!isCopying) progress.step({ name: 'Copying', total: step.totalBytes, unit: 'bytes' })
    isCopying = true
    progress.at(step.doneBytes)
  }
}
