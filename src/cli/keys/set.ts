/** `hookline keys set` and `keys rotate`: a value goes to the server, and is not seen again. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { KeyView, Mode } from '../../client/admin.ts'
import { newCommand } from '../command.ts'
import { findServer, type ServerOptions, withServerOption } from '../events/server.ts'
import { print, printJson } from '../output.ts'
import { readValue } from './value.ts'

const graceMsDefault = 24 * 3_600_000
const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

export interface ModeOptions extends ServerOptions {
  readonly mode?: Mode
}

interface RotateOptions extends ModeOptions {
  readonly grace: number
}

export function setCommand(): Command {
  const command = newCommand('set', {
    does: 'Set a key in the vault; its values before are gone.',
    examples: ['keys set STRIPE_WEBHOOK_SECRET', 'keys set STRIPE_SECRET_KEY --mode live'],
    notes: [
      'The value is asked for, or read from standard input (`< secret.txt`), and is never an\n' +
        'argument.',
    ],
  })
  return withKeyOptions(command).action(async (name: string, _, self: Command) => {
    const options = self.optsWithGlobals<ModeOptions>()
    const { api } = findServer(options)
    const value = await readValue(name)
    report(await api.keys.set(name, { value, ...modeOf(options) }), options)
  })
}

export function rotateCommand(): Command {
  const command = newCommand('rotate', {
    does: 'Set a key; the values before stay good for a while.',
    examples: [
      'keys rotate STRIPE_WEBHOOK_SECRET',
      'keys rotate STRIPE_WEBHOOK_SECRET --grace 2h --mode live',
    ],
    notes: [
      'The value is asked for, or read from standard input (`< secret.txt`), and is never an\n' +
        'argument.',
    ],
  }).option('--grace <time>', 'how long the old one stays good: 30m, 24h, 7d', span, graceMsDefault)
  return withKeyOptions(command).action(async (name: string, _, self: Command) => {
    const options = self.optsWithGlobals<RotateOptions>()
    const { api } = findServer(options)
    const value = await readValue(name)
    const rotation = { value, graceMs: options.grace, ...modeOf(options) }
    report(await api.keys.rotate(name, rotation), options)
  })
}

export function withKeyOptions(command: Command): Command {
  const mode = new Option('--mode <mode>', 'the mode of the key; else that of the server')
  return withServerOption(
    command
      .argument('<name>', 'such as STRIPE_WEBHOOK_SECRET')
      .addOption(mode.choices(['test', 'live'])),
  )
}

export function modeOf({ mode }: ModeOptions): { mode?: Mode } {
  return mode === undefined ? {} : { mode }
}

/** Reads `30m`, `24h`, `7d`, or 0. */
function span(text: string): number {
  if (text === '0') return 0
  const [, count, unit = ''] = /^(\d{1,5})([smhd])$/.exec(text) ?? []
  if (count !== undefined) return Number(count) * unitMs[unit as keyof typeof unitMs] // matched
  throw new InvalidArgumentError('It is a time such as 30m, 24h or 7d, or 0.')
}

function report(key: KeyView, { json }: ServerOptions): void {
  if (json) {
    printJson(key)
    return
  }
  const { name, mode, version, kind, fingerprint, graceUntil, origin, isHidden } = key
  const looks = kind === null ? '' : `, a ${kind}`
  print(`${name} (${mode}) is set: version ${version}${looks}, fingerprint ${fingerprint}.`)
  if (graceUntil !== null) print(`The values before are good until ${graceUntil}.`)
  if (isHidden) {
    print(`It is not used yet: the server has ${name} from ${origin}, which comes first.`)
  }
}
