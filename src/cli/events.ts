/** `hookline events`: look at what came in, and have it handled again. */
import type { Command } from 'commander'
import { newCommand } from './command.ts'
import { listCommand } from './events/list.ts'
import { replayCommand } from './events/replay.ts'
import { showCommand } from './events/show.ts'
import { tailCommand } from './events/tail.ts'

export function eventsCommand(): Command {
  return newCommand('events', {
    does: 'Look at events and replay them. Alone it is `events list`.',
    examples: ['events', 'events tail'],
  })
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(tailCommand())
    .addCommand(replayCommand())
}
