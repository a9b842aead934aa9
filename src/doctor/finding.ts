/** One trap that was found, with its place. It never holds a secret whole. */
import { createHash } from 'node:crypto'
import type { RuleName } from './rules.ts'

export interface Finding {
  readonly rule: RuleName
  /** From the folder that was examined, with `/` between its parts. */
  readonly path: string
  /** From 1; 0 where it is the file itself. */
  readonly line: number
  /** What was found, in one sentence. */
  readonly what: string
  /** The same wherever the same thing is found, to accept it by. */
  readonly fingerprint: string
  /** Where it is in the history alone: the commit that brought it. */
  readonly commit?: string
}

/** How a file hands on what it holds: the fingerprint is made of `identity`. */
export interface Place {
  readonly path: string
  readonly line: number
}

const fingerprintCharacters = 16

export function newFinding(
  rule: RuleName,
  { path, line }: Place,
  { what, identity }: { what: string; identity: readonly string[] },
): Finding {
  return { rule, path, line, what, fingerprint: fingerprintOf(identity) }
}

/**
 * @param identity of a key its value alone, so that one acceptance covers every copy of it. A
 * secret that can be guessed must not be part of it: the fingerprint could be tried against.
 */
export function fingerprintOf(identity: readonly string[]): string {
  const hash = createHash('sha256').update(identity.join('\0')).digest('hex')
  return hash.slice(0, fingerprintCharacters)
}

/** The line, from 1, of a place in a text. */
export function lineAt(text: string, index: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line++
  return line
}

/** How a secret is shown: what all of its kind begin with, and its length. */
export function masked(begins: string, value: string): string {
  const shown = begins.replace(/^-----BEGIN /, '').replace(/-----$/, '')
  return `${shown}…, ${value.length} characters`
}
