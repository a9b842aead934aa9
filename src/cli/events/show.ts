/** `hookline events show`: one event with its headers, its body, and what became of it. */
import type { Command } from 'commander'
import { parseJson } from '../../base/json.ts'
import type { DeliveryDetail, EventDetail } from '../../client/admin.ts'
import { newCommand } from '../command.ts'
import { paint, print, printJson } from '../output.ts'
import { printableLine, printableText } from '../printable.ts'
import { findServer, type ServerOptions, withServerOption } from './server.ts'
import { inColourOf, marked } from './status.ts'

const bodyCharactersShown = 65_536
const errorLinesShown = 8

export function showCommand(): Command {
  const command = newCommand('show', {
    does: 'Show an event: headers, body, deliveries and their attempts.',
    examples: ['events show evt_01JT3Z5N8Q4V6W7X8Y9ZABCDEF'],
  }).argument('<id>', 'its id, as `events list` shows it')
  return withServerOption(command).action(async (id: string, _, self: Command) => {
    const options = self.optsWithGlobals<ServerOptions>()
    const event = await findServer(options).api.events.get(encodeURIComponent(id))
    if (options.json) printJson(event)
    else for (const line of eventLines(event)) print(line)
  })
}

/** The event as it is printed; nothing in it can steer the terminal. */
export function eventLines(event: EventDetail): string[] {
  return [
    paint('bold', printableLine(`${event.id}  ${event.type}`)),
    ...fieldLines(event),
    '',
    paint('bold', 'Headers'),
    ...event.headers.map(([name, value]) => `  ${printableLine(`${name}: ${value}`)}`),
    '',
    paint('bold', 'Body'),
    ...bodyLines(event),
    '',
    paint('bold', 'Deliveries'),
    ...(event.deliveries.length === 0
      ? ['  None: no handler was there for it.']
      : event.deliveries.flatMap(deliveryLines)),
  ]
}

function fieldLines(event: EventDetail): string[] {
  const { source, mode, status, receivedAt, occurredAt, dedupeKey, bytes } = event
  const fields = {
    source,
    mode,
    status,
    received: receivedAt,
    occurred: occurredAt,
    dedupeKey,
    bytes,
  }
  return Object.entries(fields).flatMap(([name, value]) =>
    value === null ? [] : [`  ${name.padEnd(10)}  ${printableLine(String(value))}`],
  )
}

function bodyLines({ body, bodyBase64 }: EventDetail): string[] {
  if (body === null) return ['  Not text. In base64:', `  ${shortened(bodyBase64)}`]
  return printableText(shortened(indented(body)))
    .split('\n')
    .map((line) => `  ${line}`)
}

function indented(body: string): string {
  const value = parseJson(body)
  if (value === undefined || !isExact(body)) return body
  return JSON.stringify(value, null, 2)
}

/** A number of many digits would be shown rounded: then the body stays as it came. */
function isExact(body: string): boolean {
  return !/\d{16}/.test(body)
}

function shortened(text: string): string {
  if (text.length <= bodyCharactersShown) return text
  return `${text.slice(0, bodyCharactersShown)}\n… cut here; all of it with --json`
}

function deliveryLines(delivery: DeliveryDetail): string[] {
  const { id, target, state, parkedOn, dueAt, attempts } = delivery
  const next = state === 'ready' ? `, due ${dueAt}` : ''
  const waits = parkedOn === null ? '' : `, waits for ${parkedOn}`
  return [
    `  ${inColourOf(state, marked(state))}  ${printableLine(`${target}  ${id}${next}${waits}`)}`,
    ...attempts.flatMap(attemptLines),
  ]
}

function attemptLines({ number, startedAt, outcome, error }: DeliveryDetail['attempts'][number]) {
  const said = error === null ? [] : printableText(error).split('\n').slice(0, errorLinesShown)
  return [
    `      attempt ${number}  ${startedAt}  ${inColourOf(outcome, outcome)}`,
    ...said.map((line) => `        ${line}`),
  ]
}
