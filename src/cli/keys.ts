/** `hookline keys`: the vault of the running server. No command prints a value. */
import type { Command } from 'commander'
import { newCommand } from './command.ts'
import { listCommand } from './keys/list.ts'
import { removeCommand } from './keys/remove.ts'
import { rotateMasterCommand } from './keys/rotate-master.ts'
import { rotateCommand, setCommand } from './keys/set.ts'

export function keysCommand(): Command {
  return newCommand('keys', {
    does: 'Look at keys, set and rotate them. Alone it is `keys list`.',
    examples: ['keys', 'keys set STRIPE_WEBHOOK_SECRET'],
  })
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(setCommand())
    .addCommand(rotateCommand())
    .addCommand(removeCommand())
    .addCommand(rotateMasterCommand())
}
