/** `hookline events replay`: has stored events handled again, those named or all that match. */
import type { Command } from 'commander'
import { HooklineError } from '../../base/errors.ts'
import type { Admin, EventFilter, NewReplay } from '../../client/admin.ts'
import { isAgreed } from '../ask.ts'
import { collected, newCommand } from '../command.ts'
import { UsageError } from '../failure.ts'
import { print, printJson } from '../output.ts'
import { filterOf, isEmpty, withFilterOptions } from './filter.ts'
import { followReplay } from './replay-progress.ts'
import { findServer, type ServerOptions, withServerOption } from './server.ts'

interface ReplayOptions extends ServerOptions, EventFilter {
  readonly all?: boolean
  readonly handler?: readonly string[]
  readonly dryRun?: boolean
  readonly yes?: boolean
}

export function replayCommand(): Command {
  const command = newCommand('replay', {
    does: 'Have events handled again: those named, or all that match.',
    examples: [
      'events replay evt_01JT3Z5N8Q4V6W7X8Y9ZABCDEF',
      'events replay --status failed --since 2h --dry-run',
    ],
  })
    .argument('[id...]', 'events by their id')
    .option('--all', 'every stored event')
    .option('--handler <name>', 'only to this handler; may be repeated', collected)
    .option('--dry-run', 'print how many there are, and replay none')
    .option('-y, --yes', 'do not ask')
  return withServerOption(withFilterOptions(command)).action(
    async (ids: string[], _, self: Command) => {
      await replay(ids, self.optsWithGlobals<ReplayOptions>())
    },
  )
}

async function replay(ids: readonly string[], options: ReplayOptions): Promise<void> {
  const filter = filterOf(options)
  requireChoice(ids, filter, options)
  const { api } = findServer(options)
  if (ids.length > 0) await replayNamed(api, ids, options)
  else await replayMatching(api, { filter, ...handlersOf(options) }, options)
}

function requireChoice(ids: readonly string[], filter: EventFilter, { all }: ReplayOptions): void {
  const ways = [ids.length > 0, !isEmpty(filter), all === true].filter(Boolean).length
  if (ways === 1) return
  throw new UsageError(
    ways === 0
      ? 'no event is chosen. Neither an id nor a filter was given. Name ids, give a filter such ' +
          'as --status failed, or say --all.'
      : 'events are chosen in two ways. Ids, filters and --all exclude each other. Give one of ' +
          'them.',
  )
}

function handlersOf({ handler }: ReplayOptions): Pick<NewReplay, 'handlers'> {
  return handler === undefined ? {} : { handlers: handler }
}

async function replayNamed(
  api: Admin,
  ids: readonly string[],
  options: ReplayOptions,
): Promise<void> {
  const wanted = [...new Set(ids)].map((id) => encodeURIComponent(id))
  // An id that is unknown stops it before the first replay.
  for (const id of wanted) await api.events.get(id)
  if (options.dryRun) return report(options, { matched: wanted.length })
  if (!(await isConfirmed(wanted.length, options))) return
  let deliveries = 0
  for (const id of wanted)
    deliveries += (await api.events.replay(id, options.handler)).deliveries.length
  if (options.json) printJson({ replayed: wanted.length, deliveries })
  else print(`Replayed ${counted(wanted.length)}: ${deliveries} deliveries are due.`)
}

async function replayMatching(
  api: Admin,
  wanted: NewReplay,
  options: ReplayOptions,
): Promise<void> {
  const count = await api.replays.count(wanted)
  if (options.dryRun || count.matched === 0) return report(options, count)
  if (!(await isConfirmed(count.matched, options))) return
  const job = await api.replays.create(wanted)
  const ended = await followReplay(api, job)
  if (options.json) printJson(ended)
  else print(`Replayed ${ended.replayed} of ${counted(ended.matched)}.`)
  if (ended.state === 'done') return
  throw new HooklineError(
    'delivery_state',
    `The replay ${ended.id} was cancelled. Somebody likely did so in the dashboard. Start ` +
      'another for the events that are left.',
  )
}

function report({ json }: ReplayOptions, count: { readonly matched: number }): void {
  if (json) printJson(count)
  else print(`${counted(count.matched)} ${count.matched === 1 ? 'matches' : 'match'}.`)
}

function counted(count: number): string {
  return count === 1 ? '1 event' : `${count} events`
}

async function isConfirmed(count: number, { yes, json }: ReplayOptions): Promise<boolean> {
  if (yes || count <= 1) return true
  if (json || !process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError(
      `${count} events match, and there is no terminal to ask at. Look at them with --dry-run, ` +
        'then say --yes.',
    )
  }
  if (await isAgreed(`Replay ${count} events?`)) return true
  print('Nothing was replayed.')
  return false
}
