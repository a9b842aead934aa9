/**
 * What went wrong at PostgreSQL, told apart by what to do: try again at once, report, or blame
 * the caller.
 */
import { HooklineError } from '../../base/errors.ts'

/**
 * Two transactions were in each other's way; neither is at fault. Class 40, and a lock not had in
 * time.
 */
const conflictCodes = new Set(['40001', '40P01', '55P03'])
/** The statement itself is wrong, or a constraint of the app refused it. */
const statementClasses = new Set(['21', '22', '23', '26', '42', '44', 'P0'])
const diskFullCode = '53100'
const cancelledCode = '57014'
const readOnlyCode = '25006'

/** The server, or what stands between, does not keep what Hookline promises. */
export class ServerUnfit extends Error {
  override readonly name = 'ServerUnfit'
}

/** A write where the server takes none. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === readOnlyCode
}

export function isConflict(error: unknown): boolean {
  return conflictCodes.has(codeOf(error))
}

/** Whether the statement is at fault, so that a program may handle it, and others would succeed. */
export function isStatementFault(error: unknown): boolean {
  return statementClasses.has(codeOf(error).slice(0, 2))
}

/**
 * Whether a program may go on after it: the statement is at fault, or what the app does with its
 * time. A statement cancelled at its time limit may be the app's; our own have none to go on with.
 */
export function mayBeHandled(error: unknown): boolean {
  const isCancelled = codeOf(error) === cancelledCode
  return isCancelled || isStatementFault(error) || error instanceof HooklineError
}

export function isUndefinedTable(error: unknown): boolean {
  return ['42P01', '3F000'].includes(codeOf(error))
}

/** The role lacks a right. */
export function isForbidden(error: unknown): boolean {
  return codeOf(error) === '42501'
}

export function toStorageError(error: unknown): unknown {
  if (error instanceof HooklineError) return error
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof ServerUnfit) {
    return new HooklineError('storage_failed', message, { cause: error })
  }
  if (code === diskFullCode) {
    return new HooklineError(
      'storage_full',
      `PostgreSQL says: ${message}. Its disk is full. Nothing is lost: providers send again. ` +
        `Free space.`,
      { cause: error },
    )
  }
  return new HooklineError(
    'storage_failed',
    `PostgreSQL says: ${message}. Whether the last commit was applied may be unknown; a repeat ` +
      'is recognised. Check that the server runs and takes connections.',
    { cause: error },
  )
}

function codeOf(error: unknown): string {
  const cause = error instanceof HooklineError ? error.cause : error
  if (!(cause instanceof Error) || !('code' in cause)) return ''
  return typeof cause.code === 'string' ? cause.code : ''
}
