/** `hookline keys list`: each key with where its value comes from, also those that nobody set. */
import type { Command } from 'commander'
import type { KeyView } from '../../client/admin.ts'
import { newCommand } from '../command.ts'
import { findServer, type ServerOptions, withServerOption } from '../events/server.ts'
import { type Column, tableLines } from '../events/table.ts'
import { UsageError } from '../failure.ts'
import { columns, paint, print, printJson } from '../output.ts'

const pageMax = 200

const table: readonly Column<KeyView>[] = [
  { title: 'NAME', text: ({ name }) => name, shrinksTo: 12 },
  { title: 'MODE', text: ({ mode }) => mode },
  {
    title: 'FROM',
    text: originText,
    paint: (text, { origin }) => (origin === null ? paint('yellow', text) : text),
  },
  { title: 'USED BY', text: ({ usedBy }) => usedBy.join(', ') || '-', shrinksTo: 8 },
  { title: 'KIND', text: ({ kind }) => kind ?? '-', shrinksTo: 6 },
  { title: 'FINGERPRINT', text: ({ fingerprint }) => fingerprint ?? '-' },
  { title: 'LAST USED', text: ({ lastUsedAt }) => timeText(lastUsedAt) },
  { title: 'OLD UNTIL', text: ({ graceUntil }) => timeText(graceUntil) },
]

function originText({ origin, isHidden }: KeyView): string {
  if (origin === null) return 'not set'
  return isHidden ? `${origin} (hides vault)` : origin
}

function timeText(timestamp: string | null): string {
  return timestamp === null ? '-' : timestamp.replace('T', ' ').replace(/:\d+\.\d+Z/, 'Z')
}

export function listCommand(): Command {
  const command = newCommand('list', {
    does: 'List keys: where each comes from, and those that are wanted and not set.',
    examples: ['keys list', 'keys list --json'],
  })
  return withServerOption(command)
    .allowExcessArguments()
    .action(async (_, self: Command) => {
      const [word] = self.args
      if (word !== undefined) {
        throw new UsageError(
          'this is no command of `hookline keys`. It has list, set, rotate, remove and ' +
            'rotate-master; a value is never an argument. See `hookline keys --help`.',
        )
      }
      await list(self.optsWithGlobals<ServerOptions>())
    })
}

async function list(options: ServerOptions): Promise<void> {
  const { api } = findServer(options)
  const keys: KeyView[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof api.keys.list>> = await api.keys.list({
      limit: pageMax,
      ...(cursor !== null && { cursor }),
    })
    keys.push(...page.data)
    cursor = page.next
  } while (cursor !== null)
  if (options.json) return printJson({ data: keys })
  if (keys.length === 0) return print('No key is set, and none is wanted.')
  for (const line of tableLines(table, keys, columns())) print(line)
}
