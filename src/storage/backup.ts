/**
 * A copy of a SQLite database that is being written to, as it stood at one moment, a few pages at a
 * time. The copy is opened and checked before it gets its name; only its owner can read it.
 */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { HooklineError } from '../base/errors.ts'
import { isPostgres, type OpenOptions } from './open.ts'
import { openError } from './sqlite-errors.ts'
import { runInThread } from './thread.ts'

const ownerOnly = 0o600
const busyTimeoutMs = 5_000
/** Between two looks at how far it is. Of 8 KiB each: 4 MiB. */
const pagesPerStep = 512
/** What SQLite may leave beside a file. */
const sideFiles = ['', '-journal', '-wal', '-shm'] as const

export interface BackupOptions extends Pick<OpenOptions, 'database' | 'schema'> {
  /** Where the copy goes; nothing is ever written over. */
  readonly file: string
  /** Told while it copies and once before it checks; both leave the thread free. */
  readonly onStep?: (step: BackupStep) => void
}

export type BackupStep =
  | { readonly kind: 'copying'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'checking' }

/** What the check found in a copy that is whole. */
export interface CheckedCopy {
  readonly events: number
  /** Of the schema; a restore needs this Hookline or a newer one. */
  readonly version: number
}

export interface Backup extends CheckedCopy {
  readonly file: string
  readonly bytes: number
}

/** @throws HooklineError `config_invalid`, `storage_failed`, `storage_full`. */
export async function backupDatabase(options: BackupOptions): Promise<Backup> {
  const { database, schema, file, onStep = () => {} } = options
  if (isPostgres(database)) throw usePostgresTools(schema ?? 'hookline')
  if (!existsSync(database)) throw databaseMissing(database)
  const target = resolve(file)
  if (existsSync(target)) throw fileThere(target)
  const partial = `${target}.partial-${process.pid}`
  try {
    await copy(database, partial, onStep)
    onStep({ kind: 'checking' })
    const checked = await runInThread<string, never, CheckedCopy>('backup-thread', {
      input: partial,
    })
    syncFile(partial)
    // A link and no renaming: it fails where somebody else has made the file meanwhile.
    linkSync(partial, target)
    syncFile(dirname(target))
    return { file: target, bytes: statSync(target).size, ...checked }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw fileThere(target)
    throw openError(target, error)
  } finally {
    for (const side of sideFiles) rmSync(`${partial}${side}`, { force: true })
  }
}

async function copy(
  database: string,
  partial: string,
  onStep: (step: BackupStep) => void,
): Promise<void> {
  // Made here, with nothing in it, so that it is never readable by others.
  closeSync(openSync(partial, 'wx', ownerOnly))
  const db = new DatabaseSync(database, { timeout: busyTimeoutMs })
  try {
    // A read that stays open keeps the copy at this moment. Without it each write of another
    // process would make it begin anew, and beside a busy server it would never end.
    db.exec('begin')
    const pageBytes = Number(db.prepare('pragma page_size').get()?.page_size)
    db.prepare('select count(*) from sqlite_schema').get()
    await backup(db, partial, {
      rate: pagesPerStep,
      progress: ({ totalPages, remainingPages }) =>
        onStep({
          kind: 'copying',
          doneBytes: (totalPages - remainingPages) * pageBytes,
          totalBytes: totalPages * pageBytes,
        }),
    })
  } finally {
    db.close()
  }
}

function syncFile(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function usePostgresTools(schema: string): HooklineError {
  return new HooklineError(
    'config_invalid',
    'The database is PostgreSQL, which has better tools for this than a copy made from outside: ' +
      `\`pg_dump --format=custom --schema=${schema} --file=hookline.dump <database>\` for one ` +
      'moment, pg_basebackup with archived WAL for any moment. How to restore is in ' +
      'docs/operate/backup.md.',
  )
}

function databaseMissing(database: string): HooklineError {
  return new HooklineError(
    'config_invalid',
    `There is no database at ${database}, so nothing was copied. The command likely runs in ` +
      'another folder, or HOOKLINE_DATABASE is not set here. Go to the folder of the app, or ' +
      'name it with --database.',
  )
}

function fileThere(file: string): HooklineError {
  return new HooklineError(
    'config_invalid',
    `${file} is there already, and a backup is never written over. It is likely an earlier one. ` +
      'Give another name, such as one with the date in it.',
  )
}
