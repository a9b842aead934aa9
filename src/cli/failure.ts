/**
 * What is said, and with which exit code, when a command does not succeed. One line, and no stack.
 */
import { errorText, HooklineError } from '../base/errors.ts'
import { ApiError } from '../client/admin.ts'
import { LineError } from '../client/index.ts'
import { printableLine } from './printable.ts'

export const exitFailed = 1
export const exitUsage = 2

/** The command line is not one that can be carried out. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface Failure {
  /** Stable: an error code, `usage`, or `unexpected`. */
  readonly code: string
  readonly message: string
  readonly exitCode: number
}

export function toFailure(thrown: unknown): Failure {
  const exitCode = thrown instanceof UsageError ? exitUsage : exitFailed
  return { ...said(thrown), exitCode }
}

function said(thrown: unknown): { code: string; message: string } {
  if (thrown instanceof UsageError) return { code: 'usage', message: oneLine(thrown.message) }
  if (thrown instanceof HooklineError) {
    return { code: thrown.code, message: oneLine(thrown.message) }
  }
  if (thrown instanceof ApiError) return { code: thrown.code, message: oneLine(thrown.detail) }
  if (thrown instanceof LineError) {
    return { code: thrown.code, message: oneLine(thrown.message.slice(thrown.code.length + 2)) }
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return {
    code: 'unexpected',
    message:
      `${oneLine(message)}. This was not expected. ` +
      'Run it again with --debug to see where it comes from.',
  }
}

function oneLine(text: string): string {
  return printableLine(text.trim().replace(/\s*\n\s*/g, ' '))
}

/** The failure as it is printed: for a person, or for a machine. */
export function failureLine(
  thrown: unknown,
  { isJson, isDebug }: { isJson: boolean; isDebug: boolean },
): string {
  const { code, message } = toFailure(thrown)
  const stack = isDebug ? errorText(thrown) : undefined
  if (isJson) return JSON.stringify({ error: { code, message, stack } })
  return `hookline: ${message}${stack === undefined ? '' : `\n${stack}`}`
}
