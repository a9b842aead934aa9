/** `hookline admin-keys`: keys of the admin API for people and programs, and the password. */
import type { Command } from 'commander'
import { createCommand, listCommand, revokeCommand } from './admin-keys/keys.ts'
import { passwordCommand } from './admin-keys/password.ts'
import { newCommand } from './command.ts'

export function adminKeysCommand(): Command {
  return newCommand('admin-keys', {
    does: 'Who may use the admin side: list keys, make and revoke them. Alone it is `list`.',
    examples: ['admin-keys', 'admin-keys create CI --scope operate --days 30'],
  })
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(createCommand())
    .addCommand(revokeCommand())
    .addCommand(passwordCommand())
}
