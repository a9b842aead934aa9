/** `hookline audit`: who did what, and whether what is written there is what was written. */
import { type Command, InvalidArgumentError } from 'commander'
import { HooklineError } from '../base/errors.ts'
import type { AuditCheck, AuditFilter, AuditView } from '../client/admin.ts'
import { newCommand, wholeNumber } from './command.ts'
import { findServer, type ServerOptions, withServerOption } from './events/server.ts'
import { type Column, tableLines } from './events/table.ts'
import { columns, print, printJson } from './output.ts'

const limitMax = 200
const limitDefault = 50

const table: readonly Column<AuditView>[] = [
  { title: 'NO', text: ({ seq }) => String(seq) },
  { title: 'AT', text: ({ at }) => at.replace('T', ' ').replace(/\.\d+Z/, 'Z') },
  { title: 'WHO', text: ({ actor }) => `${actor.kind} ${actor.id}`, shrinksTo: 8 },
  { title: 'DID', text: ({ action }) => action },
  { title: 'TO', text: ({ subject }) => subject, shrinksTo: 8 },
  { title: 'DETAILS', text: detailsText, shrinksTo: 8 },
]

type ListOptions = ServerOptions & AuditFilter & { readonly limit: number }
type VerifyOptions = ServerOptions & { readonly head?: string }

export function auditCommand(): Command {
  return newCommand('audit', {
    does: 'Look at the audit log and check it. Alone it is `audit list`.',
    examples: ['audit', 'audit verify'],
  })
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(verifyCommand())
}

function listCommand(): Command {
  const command = newCommand('list', {
    does: 'List who did what, the latest first.',
    examples: ['audit list', 'audit list --action key.rotate --json'],
  })
    .option('--action <action>', 'only these, such as key.set')
    .option('--subject <name>', 'only what was done to this')
    .option('--limit <n>', 'at most so many', wholeNumber(1, limitMax), limitDefault)
  return withServerOption(command).action(async (_, self: Command) => {
    const options = self.optsWithGlobals<ListOptions>()
    const { action, subject, limit } = options
    const { api } = findServer(options)
    const filter = {
      ...(action !== undefined && { action }),
      ...(subject !== undefined && { subject }),
    }
    const found = await api.audit.list({ limit, ...filter })
    if (options.json) return printJson(found)
    if (found.data.length === 0) return print('No entry matches.')
    for (const line of tableLines(table, found.data, columns())) print(line)
  })
}

function verifyCommand(): Command {
  const command = newCommand('verify', {
    does: 'Check that no entry was changed, taken out or put in.',
    examples: ['audit verify', 'audit verify --json'],
    notes: [
      'Prints the end of the log. Kept somewhere else, and given as --head the next time, it\n' +
        'shows whether all of the log was written anew.',
    ],
  }).option('--head <no:hash>', 'the end that an earlier check printed', headText)
  return withServerOption(command).action(async (_, self: Command) => {
    const options = self.optsWithGlobals<VerifyOptions>()
    const { api } = findServer(options)
    const { head } = options
    const check = await api.audit.verify(head === undefined ? {} : { head })
    if (!check.isWhole) throw broken(check)
    if (options.json) return printJson(check)
    print(`${check.entries} entries, all as they were written.`)
    print(`The end: ${check.head?.seq}:${check.head?.hash}`)
  })
}

function headText(text: string): string {
  if (/^\d{1,15}:[0-9a-f]{64}$/.test(text)) return text
  throw new InvalidArgumentError('It is a number, a colon and 64 hexadecimal digits.')
}

const faults: Readonly<Record<NonNullable<AuditCheck['fault']>, string>> = {
  changed: 'is not what was written',
  missing: 'is missing',
  cut_off: 'and those behind it were cut off',
  not_written_here: 'was not written by Hookline',
  head_differs: 'is not the one that an earlier check saw',
}

function broken({ brokenAt, fault, entries }: AuditCheck): HooklineError {
  return new HooklineError(
    'audit_broken',
    `Entry ${brokenAt} of the audit log ${faults[fault ?? 'changed']}; the ${entries} before it ` +
      'are right. Somebody likely changed the database by hand. Compare it with a backup, and ' +
      'ask who has access.',
  )
}

function detailsText({ details }: AuditView): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}
