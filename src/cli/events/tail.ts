/**
 * `hookline events tail`: one line for each event and each step of its deliveries, as they happen.
 */
import type { Command } from 'commander'
import { type Change, connect, type JsonObject } from '../../client/index.ts'
import { newCommand } from '../command.ts'
import { print, printJsonLine } from '../output.ts'
import { printableLine } from '../printable.ts'
import { onStopSignals } from '../signals.ts'
import { findServer, type ServerOptions, withServerOption } from './server.ts'
import { inColourOf, marked } from './status.ts'

const watchedPrefix = 'hookline/'

export function tailCommand(): Command {
  const command = newCommand('tail', {
    does: 'Print each event and what becomes of it as it happens, until Ctrl-C.',
    examples: ['events tail', 'events tail --json'],
  })
  return withServerOption(command).action(async (_, self: Command) => {
    await tail(self.optsWithGlobals<ServerOptions>())
  })
}

async function tail(options: ServerOptions): Promise<void> {
  const { api, liveUrl, key } = findServer(options)
  await api.stats() // Where the server is not there this fails now; the line would wait for it.
  const ending = new AbortController()
  const stopListening = onStopSignals({
    drain: () => ending.abort(),
    exit: () => process.exit(1),
  })
  process.stderr.write(`Watching ${liveUrl}. Stop with Ctrl-C.\n`)
  try {
    const line = connect(liveUrl, { token: key })
    for await (const change of line.changes(watchedPrefix, { signal: ending.signal })) {
      if (options.json) printJsonLine(change)
      else printChange(change)
    }
  } catch (error) {
    if (!ending.signal.aborted) throw error
  } finally {
    stopListening()
  }
}

function printChange(change: Change): void {
  const text = changeText(change)
  if (text !== undefined) print(text)
}

/** Undefined for a change that is of neither an event nor a delivery. */
export function changeText({ path, data }: Change): string | undefined {
  if (data === null) return undefined
  const field = (name: string) => printableLine(String(data[name] ?? ''))
  if (path.startsWith(`${watchedPrefix}events/`)) {
    const status = stateOf(data, 'status')
    return `event     ${field('id')}  ${status}  ${field('source')}  ${field('type')}`
  }
  if (path.startsWith(`${watchedPrefix}deliveries/`)) {
    const attempts = `attempts ${field('attempts')}`
    const state = stateOf(data, 'state')
    return `delivery  ${field('eventId')}  ${state}  ${field('target')}  ${attempts}`
  }
  return undefined
}

function stateOf(data: JsonObject, name: string): string {
  const state = String(data[name] ?? '')
  return inColourOf(state, printableLine(marked(state)).padEnd(9))
}
