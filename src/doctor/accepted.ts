/**
 * Findings that somebody looked at and let stand, with a reason: in a committed file, or in a
 * comment beside the place. Without a reason nothing is accepted.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HooklineError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import type { Finding } from './finding.ts'
import { isRuleName, type RuleName } from './rules.ts'

export const acceptedFile = '.hookline-doctor.json'

/** By fingerprint, or by rules and a path in which `*` is a name and `**` any folders. */
export interface Acceptance {
  readonly fingerprint?: string
  readonly rules?: readonly RuleName[]
  readonly path?: string
  readonly reason: string
}

/** @throws HooklineError `config_invalid` where the file is there and not as it should be. */
export function readAccepted(folder: string): Acceptance[] {
  let text: string
  try {
    text = readFileSync(join(folder, acceptedFile), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw broken('can not be read')
  }
  const value = parseJson(text)
  const list = isRecord(value) ? value.accepted : undefined
  if (!Array.isArray(list)) throw broken('has no list `accepted`')
  return list.map((entry, index) => toAcceptance(entry, index + 1))
}

function toAcceptance(entry: unknown, count: number): Acceptance {
  if (!isRecord(entry)) throw broken(`has an entry ${count} that is no object`)
  const { fingerprint, rules = [], path, reason } = entry
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw broken(`has an entry ${count} without a reason`)
  }
  if (typeof fingerprint === 'string') return { fingerprint, reason }
  const isNamed = Array.isArray(rules) && rules.length > 0 && rules.every(isKnownRule)
  if (!isNamed || typeof path !== 'string' || path === '') {
    throw broken(`has an entry ${count} with neither a fingerprint nor rules and a path`)
  }
  return { rules, path, reason }
}

function isKnownRule(name: unknown): name is RuleName {
  return typeof name === 'string' && isRuleName(name)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function broken(fault: string): HooklineError {
  return new HooklineError(
    'config_invalid',
    `${acceptedFile} ${fault}. It was likely edited by hand. Each entry of \`accepted\` has a \
\`reason\` and either a \`fingerprint\` or \`rules\` and a \`path\`.`,
  )
}

/** The entry that lets this finding stand. */
export function acceptanceOf(
  finding: Finding,
  entries: readonly Acceptance[],
): Acceptance | undefined {
  return entries.find(({ fingerprint, rules, path }) => {
    if (fingerprint !== undefined) return fingerprint === finding.fingerprint
    return rules?.includes(finding.rule) && patternOf(path ?? '').test(finding.path)
  })
}

function patternOf(path: string): RegExp {
  const parts = path.split(/(\*\*\/?|\*)/).map((part) => {
    if (part === '*') return '[^/]*'
    if (part === '**') return '.*'
    if (part === '**/') return '(?:.*/)?'
    return part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`)
}

const comment = /hookline-doctor:\s*accept\s+([a-z-]+)\s+(\S.*?)\s*(?:\*\/|-->)?\s*$/

/**
 * The reason in a comment of the line or of the one above it, or anywhere in the file where the
 * finding is the file itself.
 */
export function reasonBeside({ rule, line }: Finding, text: string): string | undefined {
  const lines = text.split('\n')
  const near = line === 0 ? lines : lines.slice(Math.max(0, line - 2), line)
  for (const each of near) {
    const [, name, reason] = comment.exec(each) ?? []
    if (name === rule) return reason
  }
  return undefined
}
