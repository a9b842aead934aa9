/**
 * `hookline listen`: brings the events of a deployed Hookline to a server on this machine, byte for
 * byte. It remembers what it has brought, so that it goes on where it was.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { systemClock, toTimestamp } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'
import { type Admin, ApiError, admin, type EventView } from '../client/admin.ts'
import { connect } from '../client/index.ts'
import { loadConfig } from '../config.ts'
import { type CommonOptions, httpUrl, newCommand } from './command.ts'
import { parseTime } from './events/filter.ts'
import { type Forwarded, forward } from './listen/forward.ts'
import { newEvents } from './listen/new-events.ts'
import { openProgress, type Progress, saveProgress } from './listen/progress.ts'
import { paint, print, printJsonLine } from './output.ts'
import { printableLine } from './printable.ts'
import { onStopSignals } from './signals.ts'

/** Looked for new events at least this often, also where the live stream can not be had. */
const lookEveryMs = 5_000
/** How long to wait for a server of this machine, or the deployed one, that does not answer. */
const againMs = { least: 500, most: 10_000 }

interface ListenOptions extends CommonOptions {
  readonly from: string
  readonly forward: string
  readonly source?: string
  readonly since?: string
}

interface Listening {
  readonly options: ListenOptions
  readonly api: Admin
  readonly key: string
  readonly progress: Progress
  readonly signal: AbortSignal
}

export function listenCommand(): Command {
  return newCommand('listen', {
    does: 'Bring the events of a deployed Hookline to this machine, until Ctrl-C.',
    examples: ['listen --from https://hooks.example.com --forward http://127.0.0.1:4600'],
    notes: [
      'HOOKLINE_ADMIN_KEY is the admin key of the deployed server. Each event is posted to\n' +
        '/webhooks/<source> below --forward, with the bytes and headers that came: this machine\n' +
        'needs the same webhook secrets. What was brought is remembered in .hookline/.',
    ],
  })
    .requiredOption('--from <url>', 'the deployed server', httpUrl)
    .requiredOption('--forward <url>', 'a server of this machine', httpUrl)
    .option('--source <name>', 'only of this source')
    .option(
      '--since <time>',
      'at the first time also what came since then, such as 15m or 2h',
      since,
    )
    .action(async (_, command: Command) => {
      await listen(command.optsWithGlobals<ListenOptions>())
    })
}

function since(text: string): string {
  return toTimestamp(parseTime(text, systemClock.now()))
}

async function listen(options: ListenOptions): Promise<void> {
  const directory = process.cwd()
  const key = loadConfig({ directory }).adminKey
  if (key === undefined) throw keyUnknown(options.from)
  const ending = new AbortController()
  const stopListening = onStopSignals({
    drain: () => ending.abort(),
    exit: () => process.exit(1),
  })
  const api = admin(options.from, { key })
  await api.stats() // Where the server is not there, or the key is wrong, this fails now.
  const begin = options.since ?? toTimestamp(systemClock.now())
  const progress = openProgress(directory, { ...options, begin })
  process.stderr.write(`Bringing events of ${options.from} to ${options.forward}.\n`)
  try {
    await bringAll({ options, api, key, progress, signal: ending.signal })
  } catch (error) {
    if (!ending.signal.aborted) throw error
  } finally {
    stopListening()
  }
}

async function bringAll(listening: Listening): Promise<void> {
  const { api, progress, options, signal } = listening
  const woken = wakeUps(listening)
  let failures = 0
  while (!signal.aborted) {
    try {
      const wakeUp = woken()
      const found = await newEvents(api, progress, options.source)
      for (const event of found) await bring(listening, event)
      failures = 0
      if (found.length === 0) await Promise.race([wakeUp, wait(lookEveryMs, undefined, { signal })])
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error
      if (failures++ === 0) process.stderr.write(`${printableLine(error.message)}\n`)
      const pauseMs = Math.min(againMs.most, againMs.least * 2 ** failures)
      await wait(pauseMs, undefined, { signal })
    }
  }
}

/** A server that starts anew answers again; a key that is wrong stays wrong. */
function isPassing(error: unknown): error is Error {
  if (error instanceof ApiError) return error.status === 0 || error.status >= 500
  return error instanceof HooklineError && error.code === 'egress_failed'
}

async function bring({ options, api, progress, signal }: Listening, { id }: EventView) {
  const event = await api.events.get(id)
  const forwarded = await forward(options.forward, event, signal)
  progress.brought.add(id)
  saveProgress(progress, event.receivedAt)
  if (options.json) printJsonLine(forwarded)
  else print(lineOf(forwarded))
}

function lineOf({ id, source, type, status, ms }: Forwarded): string {
  const isTaken = status >= 200 && status < 300
  const answer = paint(isTaken ? 'green' : 'red', `${isTaken ? '✓' : '✗'} ${status}`)
  return `${id}  ${answer}  ${printableLine(source)}  ${printableLine(type)}  ${ms} ms`
}

/** Resolves when there may be something new. The stream only hurries the look; it is not needed. */
function wakeUps({ options, key, signal }: Listening): () => Promise<void> {
  let wake = () => {}
  const watch = async () => {
    for await (const _ of connect(options.from, { token: key }).changes('hookline/events/', {
      signal,
    })) {
      wake()
    }
  }
  watch().catch(() => {})
  return () =>
    new Promise((resolve) => {
      wake = resolve
    })
}

function keyUnknown(from: string): HooklineError {
  return new HooklineError(
    'admin_required',
    `No admin key is known for ${from}. HOOKLINE_ADMIN_KEY is likely not set in this shell. Set ` +
      'it to the key of that server; it is not taken from the command line, where others see it.',
  )
}
