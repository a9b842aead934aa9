/** `hookline events list`: the latest events, one line each. */
import type { Command } from 'commander'
import type { Admin, EventFilter, EventView, List } from '../../client/admin.ts'
import { newCommand, wholeNumber } from '../command.ts'
import { UsageError } from '../failure.ts'
import { columns, print, printJson } from '../output.ts'
import { filterOf, withFilterOptions } from './filter.ts'
import { findServer, type ServerOptions, withServerOption } from './server.ts'
import { inColourOf, marked } from './status.ts'
import { type Column, tableLines } from './table.ts'

const limitMax = 10_000
const pageMax = 200
const limitDefault = 50

type ListOptions = ServerOptions & EventFilter & { readonly limit: number }

const table: readonly Column<EventView>[] = [
  { title: 'ID', text: ({ id }) => id },
  {
    title: 'RECEIVED',
    text: ({ receivedAt }) => receivedAt.replace('T', ' ').replace(/\.\d+Z/, 'Z'),
  },
  {
    title: 'STATUS',
    text: ({ status }) => marked(status),
    paint: (text, { status }) => inColourOf(status, text),
  },
  { title: 'MODE', text: ({ mode }) => mode },
  { title: 'SOURCE', text: ({ source }) => source, shrinksTo: 6 },
  { title: 'TYPE', text: ({ type }) => type, shrinksTo: 8 },
]

export function listCommand(): Command {
  const command = newCommand('list', {
    does: 'List events, the latest first.',
    examples: ['events list', 'events list --status failed --since 2h --json'],
  }).option('--limit <n>', 'at most so many', wholeNumber(1, limitMax), limitDefault)
  return withServerOption(withFilterOptions(command))
    .allowExcessArguments()
    .action(async (_, self: Command) => {
      refuseWords(self)
      await list(self.optsWithGlobals<ListOptions>())
    })
}

/** As the command that runs when none is named, it gets the names that are none. */
function refuseWords(command: Command): void {
  const [word] = command.args
  if (word === undefined) return
  const names = command.parent?.commands.map((sibling) => sibling.name()) ?? []
  const [near] = names.filter((name) => isNear(name, word))
  throw new UsageError(
    `'${word}' is no command of \`hookline events\`.${near ? ` Did you mean ${near}?` : ''} ` +
      `It has ${names.join(', ')}; see \`hookline events --help\`.`,
  )
}

/** The same letters but for one or two, or the beginning of the name. */
function isNear(name: string, word: string): boolean {
  if (word.length > 1 && name.startsWith(word)) return true
  const missing = [...name].filter((letter) => !word.includes(letter)).length
  const added = [...word].filter((letter) => !name.includes(letter)).length
  return missing + added <= 2 && Math.abs(name.length - word.length) <= 1
}

async function list(options: ListOptions): Promise<void> {
  const { api } = findServer(options)
  const found = await firstEvents(api, filterOf(options), options.limit)
  if (options.json) return printJson(found)
  if (found.data.length === 0) return print('No event matches.')
  for (const line of tableLines(table, found.data, columns())) print(line)
  if (found.next !== null) print(`There are more. Show them with --limit, up to ${limitMax}.`)
}

async function firstEvents(
  api: Admin,
  filter: EventFilter,
  limit: number,
): Promise<List<EventView>> {
  const data: EventView[] = []
  let cursor: string | null = null
  do {
    const page: List<EventView> = await api.events.list({
      ...filter,
      limit: Math.min(pageMax, limit - data.length),
      ...(cursor !== null && { cursor }),
    })
    data.push(...page.data)
    cursor = page.next
  } while (cursor !== null && data.length < limit)
  return { data, next: cursor }
}
