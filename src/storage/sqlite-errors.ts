/**
 * What SQLite's error codes mean for the caller: which ones speak of the disk and not of the
 * statement, and which failure of Hookline each becomes.
 */
import { HooklineError } from '../base/errors.ts'

/** The low byte of SQLite's extended error code is its kind. */
const kinds = { busy: 5, readOnly: 8, io: 10, corrupt: 11, full: 13, canNotOpen: 14 } as const

/** Another connection has what this one needs. */
export function isBusy(error: unknown): boolean {
  return sqliteKind(error) === kinds.busy
}

export function isIoError(error: unknown): boolean {
  const kind = sqliteKind(error)
  return kind === kinds.io || kind === kinds.corrupt
}

export function isDiskFault(error: unknown): boolean {
  const kind = sqliteKind(error)
  return Object.values(kinds).some((known) => known === kind)
}

export function storageError(error: unknown): unknown {
  const kind = sqliteKind(error)
  if (kind === 0) return error
  const message = error instanceof Error ? error.message : String(error)
  if (kind === kinds.full) {
    return new HooklineError(
      'storage_full',
      `SQLite says: ${message}. The disk is full. Nothing is lost: providers send again. Free ` +
        'some space.',
      { cause: error },
    )
  }
  return new HooklineError(
    'storage_failed',
    `SQLite says: ${message}. What was being written is not stored. Check the disk and the ` +
      `file's ` +
      'permissions.',
    { cause: error },
  )
}

/** Likewise for what keeps a database from being opened, be it SQLite's or the file system's. */
export function openError(path: string, error: unknown): unknown {
  if (error instanceof HooklineError) return error
  if (sqliteKind(error) === kinds.full) return storageError(error)
  const message = error instanceof Error ? error.message : String(error)
  return new HooklineError(
    'storage_failed',
    `The database ${path} could not be opened: ${message}. It is likely a folder, a file of ` +
      'another program, or not ours to write. Check the path and its permissions.',
    { cause: error },
  )
}

function sqliteKind(error: unknown): number {
  const cause = error instanceof HooklineError ? error.cause : error
  if (!(cause instanceof Error) || !('errcode' in cause)) return 0
  return typeof cause.errcode === 'number' ? cause.errcode & 0xff : 0
}
