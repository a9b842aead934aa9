/**
 * How a command is described, and the readers of its options. Says nothing of what a command does.
 */
import { Command, InvalidArgumentError } from 'commander'

export interface Description {
  readonly does: string
  /** Command lines without the leading `hookline`. */
  readonly examples: readonly string[]
  /** Shown below the examples. */
  readonly notes?: readonly string[]
}

/** The options that every command takes. */
export interface CommonOptions {
  readonly json?: boolean
}

export function newCommand(name: string, { does, examples, notes = [] }: Description): Command {
  const title = examples.length === 1 ? 'Example:' : 'Examples:'
  const lines = [title, ...examples.map((example) => `  $ hookline ${example}`)]
  const text = [lines.join('\n'), ...notes].join('\n\n')
  return new Command(name).description(does).addHelpText('after', `\n${text}`)
}

/** Reads a port. */
export function portText(text: string): string {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return text
  throw new InvalidArgumentError('It is a whole number from 0 to 65535.')
}

/** Reads a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d{1,9}$/.test(text) && number >= least && number <= most) return number
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`)
  }
}

/** Reads an http address, and gives it back without a slash at its end. */
export function httpUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : ''
  if (protocol === 'http:' || protocol === 'https:') return text.replace(/\/+$/, '')
  throw new InvalidArgumentError('It is an address such as http://127.0.0.1:4600.')
}

/** Collects an option that may be given several times. */
export function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}
