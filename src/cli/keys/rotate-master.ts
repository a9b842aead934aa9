/**
 * `hookline keys rotate-master`: puts the data keys under another master key, on the database
 * itself. Where `dev` keeps the master key, it makes the new one as well.
 */
import type { Command } from 'commander'
import { HooklineError } from '../../base/errors.ts'
import { type Config, loadConfig } from '../../config.ts'
import { hookline } from '../../hookline.ts'
import { findAppFile, loadApp } from '../app-file.ts'
import { type CommonOptions, newCommand } from '../command.ts'
import { print, printJson } from '../output.ts'
import { beginMasterKeyChange, endMasterKeyChange, madeMasterKeys } from '../working-files.ts'

interface RotateMasterOptions extends CommonOptions {
  readonly database?: string
}

export function rotateMasterCommand(): Command {
  return newCommand('rotate-master', {
    does: 'Put the vault under another master key. Killed, it goes on where it was.',
    examples: ['keys rotate-master', 'keys rotate-master --database postgres://db.example.com/app'],
    notes: [
      'Needs HOOKLINE_MASTER_KEY, the new one, and HOOKLINE_MASTER_KEY_PREVIOUS. Start the\n' +
        'servers again with both first. In a folder of `hookline dev` it makes the new one.',
    ],
  })
    .argument('[file]', 'the app, which may name its schema; else hookline.ts, .js or .mjs')
    .option('--database <file>', 'the database; else HOOKLINE_DATABASE')
    .action(async (file: string | undefined, _, self: Command) => {
      await rotateMaster(file, self.optsWithGlobals<RotateMasterOptions>())
    })
}

async function rotateMaster(
  named: string | undefined,
  { json, ...flags }: RotateMasterOptions,
): Promise<void> {
  const directory = process.cwd()
  const config = loadConfig({ flags, directory })
  const isMade = config.masterKey === undefined
  const { from, to } = isMade ? madeFor(directory) : givenIn(config)
  const file = findAppFile(named, directory)
  const app = file ? await loadApp(file, directory) : hookline({ sources: {} })
  const rotated = await app.rotateMasterKey({ from, to, config })
  if (isMade) endMasterKeyChange(directory)
  if (json) return printJson(rotated)
  print(`The vault is under the master key ${rotated.to}; ${rotated.rewrapped} keys were moved.`)
  if (isMade) print('Start `hookline dev` again, where it runs.')
  else print('HOOKLINE_MASTER_KEY_PREVIOUS is not needed any more.')
}

interface TwoKeys {
  readonly from: Uint8Array
  readonly to: Uint8Array
}

function givenIn({ masterKey, previousMasterKey }: Config): TwoKeys {
  if (masterKey && previousMasterKey) return { from: previousMasterKey, to: masterKey }
  throw new HooklineError(
    'config_invalid',
    'HOOKLINE_MASTER_KEY_PREVIOUS is not set. It takes two master keys to go from one to the ' +
      'other. Set it to the one that the vault is under now, and HOOKLINE_MASTER_KEY to a new ' +
      'one from `openssl rand -base64 32`.',
  )
}

function madeFor(directory: string): TwoKeys {
  beginMasterKeyChange(directory)
  const { masterKey, previousMasterKey } = madeMasterKeys(directory)
  if (masterKey && previousMasterKey) return { from: previousMasterKey, to: masterKey }
  throw new HooklineError(
    'config_invalid',
    'There is no master key here. HOOKLINE_MASTER_KEY is not set, and `hookline dev` has not run ' +
      'in this folder. Go to the folder of your app, or set the two keys; see --help.',
  )
}
