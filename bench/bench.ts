/** What each benchmark gives to the command line, and what it is given. */
import type { Random } from './measuring/random.ts'
import type { Report } from './measuring/report.ts'
import type { Cores } from './programs/cores.ts'

/** `full` is a run by itself, `short` one within `npm run bench`, `smoke` shows that it works. */
export type Size = 'full' | 'short' | 'smoke'

/** A flag of the command line, and what it is where it is not given. */
export interface Flag {
  readonly about: string
  readonly full: string
  readonly short?: string
  readonly smoke?: string
  /** It takes no value: it is there, or not. */
  readonly isSwitch?: boolean
}

export type Flags = Readonly<Record<string, string>>

export interface Context {
  /** Of this run alone, on a disk, and removed at its end. */
  readonly directory: string
  /** Kept from run to run: databases that take long to fill. */
  readonly keptDirectory: string
  readonly size: Size
  readonly flags: Flags
  readonly seed: number
  readonly random: Random
  readonly cores: Cores | undefined
  /** A line of progress, for people. */
  readonly say: (line: string) => void
}

export interface Bench {
  readonly name: string
  readonly question: string
  readonly flags: Readonly<Record<string, Flag>>
  readonly run: (context: Context) => Promise<Report>
}

export function numberOf(flags: Flags, name: string): number {
  const number = Number(flags[name])
  if (number > 0) return number
  throw new Error(`--${name} is '${flags[name]}'. Give a number above 0.`)
}

export function numbersOf(flags: Flags, name: string): number[] {
  const numbers = listOf(flags, name).map(Number)
  if (numbers.length > 0 && numbers.every((number) => number >= 0)) return numbers
  throw new Error(`--${name} is '${flags[name]}'. Give numbers, separated by commas.`)
}

export function listOf(flags: Flags, name: string): string[] {
  return (flags[name] ?? '').split(',').filter((text) => text !== '')
}

/** Those that the flag names. @throws where it names one that there is not. */
export function chosen<T extends { readonly name: string }>(
  all: readonly T[],
  flags: Flags,
  flag: string,
): T[] {
  const names = listOf(flags, flag)
  const unknown = names.find((name) => !all.some((one) => one.name === name))
  if (unknown === undefined) return all.filter(({ name }) => names.includes(name))
  const known = all.map(({ name }) => name).join(', ')
  throw new Error(`--${flag} names '${unknown}', which there is not. There are ${known}.`)
}
