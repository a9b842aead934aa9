/**
 * `hookline admin-keys password`: the hash of a password, for HOOKLINE_ADMIN_PASSWORD_HASH. The
 * password is read from a prompt or standard input, never from an argument, and kept nowhere.
 */
import type { Command } from 'commander'
import {
  hashPassword,
  passwordCharactersMax,
  passwordCharactersMin,
  requireArgon2,
} from '../../base/password.ts'
import { askSecret } from '../ask.ts'
import { type CommonOptions, newCommand } from '../command.ts'
import { UsageError } from '../failure.ts'
import { print, printJson } from '../output.ts'

const inputBytesMax = 4_096

export function passwordCommand(): Command {
  return newCommand('password', {
    does: 'Print the hash of a password, for HOOKLINE_ADMIN_PASSWORD_HASH.',
    examples: ['admin-keys password'],
    notes: [
      'It asks for the password, or reads it from standard input. In .env files put the hash in\n' +
        'single quotes: it holds dollar signs.',
    ],
  }).action(async (_, self: Command) => {
    requireArgon2()
    const hash = await hashPassword(checked(await readPassword()))
    if (self.optsWithGlobals<CommonOptions>().json) printJson({ hash })
    else print(hash)
  })
}

function checked(password: string): string {
  const isGood =
    password.length >= passwordCharactersMin && password.length <= passwordCharactersMax
  if (isGood) return password
  throw new UsageError(
    `the password has ${password.length} characters, and needs ${passwordCharactersMin} to ` +
      `${passwordCharactersMax}. Short ones can be guessed. Use a sentence, or a password manager.`,
  )
}

async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) {
    const answer = await askSecret('The password of the admin:')
    if (answer === undefined) throw new UsageError('no password was given. Run it again.')
    return answer
  }
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk
    if (text.length > inputBytesMax) break
  }
  return text.replace(/\r?\n$/, '')
}
