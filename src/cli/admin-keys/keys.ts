/** `hookline admin-keys list`, `create` and `revoke`, by the API of the running server. */
import { type Command, Option } from 'commander'
import type { AdminKeyView, AdminScope } from '../../client/admin.ts'
import { newCommand, wholeNumber } from '../command.ts'
import { findServer, type ServerOptions, withServerOption } from '../events/server.ts'
import { type Column, tableLines } from '../events/table.ts'
import { columns, paint, print, printJson } from '../output.ts'

interface CreateOptions extends ServerOptions {
  readonly scope: AdminScope
  readonly days?: number
  readonly endless?: boolean
}

const pageMax = 200
const daysMax = 3_650

const table: readonly Column<AdminKeyView>[] = [
  { title: 'ID', text: ({ id }) => id },
  { title: 'NAME', text: ({ name }) => name, shrinksTo: 8 },
  { title: 'SCOPE', text: ({ scope }) => scope },
  {
    title: 'STATE',
    text: stateOf,
    paint: (text, { revokedAt }) => (revokedAt === null ? text : paint('yellow', text)),
  },
  { title: 'LAST USED', text: ({ lastUsedAt }) => lastUsedAt?.slice(0, 10) ?? '-' },
]

function stateOf({ expiresAt, revokedAt }: AdminKeyView): string {
  if (revokedAt !== null) return 'revoked'
  return expiresAt === null ? 'good' : `until ${expiresAt.slice(0, 10)}`
}

export function listCommand(): Command {
  const command = newCommand('list', {
    does: 'List the admin keys of the database. HOOKLINE_ADMIN_KEY is not among them.',
    examples: ['admin-keys list', 'admin-keys list --json'],
  })
  return withServerOption(command).action(async (_, self: Command) => {
    const options = self.optsWithGlobals<ServerOptions>()
    const { data } = await findServer(options).api.adminKeys.list({ limit: pageMax })
    if (options.json) return printJson({ data })
    if (data.length === 0) return print('There is no admin key in the database.')
    for (const line of tableLines(table, data, columns())) print(line)
  })
}

export function createCommand(): Command {
  const command = newCommand('create', {
    does: 'Make an admin key. It is printed this once, on standard output alone.',
    examples: ['admin-keys create CI --scope operate', 'admin-keys create Ada --days 365'],
    notes: [
      'read looks, operate also replays, retries and cancels, admin does all.',
      'Without --days it ends after 90 days.',
    ],
  })
    .argument('<name>', 'who or what it is for')
    .addOption(
      new Option('--scope <scope>', 'what it may do')
        .choices(['read', 'operate', 'admin'])
        .default('read'),
    )
    .option('--days <number>', 'how long it is good', wholeNumber(1, daysMax))
    .option('--endless', 'until it is revoked')
  return withServerOption(command).action(async (name: string, _, self: Command) => {
    const { scope, days, endless, ...options } = self.optsWithGlobals<CreateOptions>()
    const expiresInDays = endless ? null : days
    const made = await findServer(options).api.adminKeys.create({
      name,
      scope,
      ...(expiresInDays === undefined ? {} : { expiresInDays }),
    })
    if (options.json) return printJson(made)
    print(made.key)
    process.stderr.write(`${made.id}, ${scope}, ${stateOf(made)}. It is not shown again.\n`)
  })
}

export function revokeCommand(): Command {
  const command = newCommand('revoke', {
    does: 'Revoke an admin key, and end the sessions that began with it.',
    examples: ['admin-keys revoke adm_01K4ZT0000000000000000000A'],
  }).argument('<id>', 'its id, as `admin-keys list` shows it')
  return withServerOption(command).action(async (id: string, _, self: Command) => {
    const options = self.optsWithGlobals<ServerOptions>()
    await findServer(options).api.adminKeys.revoke(id)
    if (options.json) printJson({ revoked: id })
    else print(`${id} is revoked.`)
  })
}
