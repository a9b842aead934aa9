/** Standard output: lines for people, one JSON document or one JSON line for machines. */
import { styleText } from 'node:util'

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Readable JSON, for an answer that ends the command. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}

/** One line of JSON, for an answer of many. */
export function printJsonLine(value: unknown): void {
  print(JSON.stringify(value))
}

/**
 * The columns to fit into; undefined where no terminal is written to, and nothing needs to be cut.
 */
export function columns(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined
}

export type Colour = 'red' | 'green' | 'yellow' | 'gray' | 'bold'

/** Coloured on a terminal that wants it (NO_COLOR is heeded), plain elsewhere. */
export function paint(colour: Colour, text: string): string {
  return styleText(colour, text, { stream: process.stdout })
}

/** How a command is called here: from a clone by npm, else by the package's own name. */
export const commandName = import.meta.url.endsWith('.ts') ? 'npm run hookline --' : 'npx hookline'
