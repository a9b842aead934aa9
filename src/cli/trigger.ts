/** `hookline trigger`: has the sandbox send signed events, and says how each was answered. */
import type { Command } from 'commander'
import { HooklineError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import { sandboxPortDefault } from '../config.ts'
import { type CommonOptions, collected, httpUrl, newCommand, wholeNumber } from './command.ts'
import { UsageError } from './failure.ts'
import { paint, print, printJson } from './output.ts'
import { printableLine } from './printable.ts'
import { noteOn } from './trigger/notes.ts'

const sandboxUrlDefault = `http://127.0.0.1:${sandboxPortDefault}`
const timesMax = 10_000
/** Thousands of events are delivered a few at a time, and each is waited for. */
const answerMsMax = 300_000
const bodyCharactersShown = 120

interface TriggerOptions extends CommonOptions {
  readonly set?: readonly string[]
  readonly times?: number
  readonly duplicate?: number
  readonly shuffle?: boolean
  readonly sandboxUrl: string
}

/** As the sandbox answers. */
interface SentEvent {
  readonly id: string
  readonly type: string
  readonly deliveries: readonly {
    readonly ok: boolean
    readonly url: string | null
    readonly status: number | null
    readonly body: string | null
    readonly error: string | null
  }[]
}

export function triggerCommand(): Command {
  return newCommand('trigger', {
    does: 'Have the sandbox send signed events to your app.',
    examples: [
      'trigger stripe payment_intent.succeeded',
      'trigger stripe payment_intent.succeeded --set metadata.userId=u_1 --times 3 --shuffle',
    ],
    notes: ['A --set value is JSON where it is JSON, else text: --set amount=999, --set name=Ada.'],
  })
    .argument('<source>', 'the source in hookline.ts, such as stripe')
    .argument('<type>', 'the event type, such as payment_intent.succeeded')
    .option('--set <path=value>', 'set a field of the event; may be repeated', collected)
    .option('--times <n>', 'how many different events', wholeNumber(1, timesMax))
    .option('--duplicate <n>', 'send each this many times more', wholeNumber(0, timesMax))
    .option('--shuffle', 'in any order')
    .option('--sandbox-url <url>', 'where the sandbox is', httpUrl, sandboxUrlDefault)
    .action(async (source: string, type: string, _, command: Command) => {
      await trigger(source, type, command.optsWithGlobals<TriggerOptions>())
    })
}

async function trigger(source: string, type: string, options: TriggerOptions): Promise<void> {
  const { sandboxUrl, times, duplicate, shuffle, json } = options
  const set = parseSet(options.set ?? [])
  const sent = await askSandbox(sandboxUrl, { source, type, set, times, duplicate, shuffle })
  if (json) printJson({ data: sent })
  else for (const line of sent.flatMap(lines)) print(line)
  requireAccepted(sent)
  if (json) return
  const answer = sent.at(-1)?.deliveries[0]?.body
  const note = await noteOn({ sandboxUrl, source, type, answer })
  if (note !== undefined) process.stderr.write(`${note}\n`)
}

/** `path=value` pairs as an object. A number that JSON would round stays text. */
export function parseSet(pairs: readonly string[]): Record<string, unknown> {
  const entries = pairs.map((pair): [string, unknown] => {
    const at = pair.indexOf('=')
    if (at < 1) {
      throw new UsageError(
        `'${pair}' is not a path and a value. The equals sign is likely missing. Write it as ` +
          '--set metadata.userId=u_1.',
      )
    }
    return [pair.slice(0, at), setValueOf(pair.slice(at + 1))]
  })
  return Object.fromEntries(entries)
}

function setValueOf(text: string): unknown {
  const value = parseJson(text)
  const isRounded = typeof value === 'number' && String(value) !== text
  return value === undefined || isRounded ? text : value
}

async function askSandbox(sandboxUrl: string, request: object): Promise<readonly SentEvent[]> {
  const response = await post(`${sandboxUrl}/_sandbox/trigger`, request)
  const answer = Object(parseJson(await response.text())) as Record<string, unknown> // read by name
  if (response.ok && Array.isArray(answer.data)) {
    return answer.data as SentEvent[] // the sandbox's own form
  }
  const { detail } = answer
  if (typeof detail === 'string') throw new HooklineError('payload_invalid', detail)
  throw new HooklineError(
    'server_unreachable',
    `${sandboxUrl} answered with ${response.status} and not as the sandbox does. Another ` +
      'program likely listens there. Start `hookline dev`, or name the sandbox with ' +
      '--sandbox-url.',
  )
}

async function post(url: string, body: object): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(answerMsMax),
    })
  } catch (cause) {
    throw new HooklineError(
      'server_unreachable',
      `No sandbox answers at ${new URL(url).origin}. It is likely not running. Start it with ` +
        '`hookline dev`, or name its address with --sandbox-url.',
      { cause },
    )
  }
}

function lines({ id, type, deliveries }: SentEvent): string[] {
  const about = `${printableLine(id)}  ${printableLine(type)}`
  if (deliveries.length === 0) return [`${about}  ${paint('yellow', 'sent to nobody')}`]
  return deliveries.map(({ ok, status, body, error }) => {
    const answer = status === null ? (error ?? 'no answer') : `${status} ${shortened(body ?? '')}`
    return `${about}  ${paint(ok ? 'green' : 'red', printableLine(answer.trim()))}`
  })
}

function shortened(text: string): string {
  return text.length > bodyCharactersShown ? `${text.slice(0, bodyCharactersShown)}…` : text
}

function requireAccepted(sent: readonly SentEvent[]): void {
  const unsent = sent.filter(({ deliveries }) => deliveries.length === 0).length
  if (unsent > 0) {
    throw new HooklineError(
      'not_found',
      `${unsent} of ${sent.length} events went to nobody. The sandbox knows no endpoint that ` +
        'takes them. Start `hookline dev` with a stripe source, or the sandbox with --to.',
    )
  }
  const refused = sent.filter(({ deliveries }) => deliveries.some(({ ok }) => !ok)).length
  if (refused === 0) return
  throw new HooklineError(
    'webhook_refused',
    `${refused} of ${sent.length} events were not accepted. The answers are above. The sandbox ` +
      "sends them again; the server's log says why.",
  )
}
