/** `hookline keys remove`: a key of the vault with all its values, after a question. */
import type { Command } from 'commander'
import { isAgreed } from '../ask.ts'
import { newCommand } from '../command.ts'
import { findServer } from '../events/server.ts'
import { UsageError } from '../failure.ts'
import { print, printJson } from '../output.ts'
import { type ModeOptions, modeOf, withKeyOptions } from './set.ts'

interface RemoveOptions extends ModeOptions {
  readonly yes?: boolean
}

export function removeCommand(): Command {
  const command = newCommand('remove', {
    does: 'Remove a key from the vault, with all its values.',
    examples: ['keys remove STRIPE_SECRET_KEY', 'keys remove STRIPE_SECRET_KEY --mode live --yes'],
  }).option('-y, --yes', 'do not ask')
  return withKeyOptions(command).action(async (name: string, _, self: Command) => {
    const options = self.optsWithGlobals<RemoveOptions>()
    const { api } = findServer(options)
    if (!(await isConfirmed(name, options))) return print('Nothing was removed.')
    await api.keys.remove(name, modeOf(options))
    if (options.json) printJson({ removed: name })
    else print(`${name} is removed.`)
  })
}

async function isConfirmed(name: string, { yes, json }: RemoveOptions): Promise<boolean> {
  if (yes) return true
  if (json || !process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError(
      `${name} would be gone for good, and there is no terminal to ask at. Say --yes.`,
    )
  }
  return await isAgreed(`Remove ${name} for good?`)
}
