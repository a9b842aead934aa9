/**
 * A copy of a SQLite database that is being written to, as it stood at one moment. The copy is
 * opened and checked before it gets its name; only its owner can read it.
 */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { HooklineError } from '../base/errors.ts'
import { isPostgres, type OpenOptions } from './open.ts'
import { openError } from './sqlite-errors.ts'

const ownerOnly = 0o600
const busyTimeoutMs = 5_000

export interface BackupOptions extends Pick<OpenOptions, 'database' | 'schema'> {
  /** Where the copy goes; nothing is ever written over. */
  readonly file: string
}

export interface Backup {
  readonly file: string
  readonly bytes: number
  readonly events: number
  /** Of the schema; a restore needs this Hookline or a newer one. */
  readonly version: number
}

/** @throws HooklineError `config_invalid`, `storage_failed`, `storage_full`. */
export function backupDatabase({ database, schema, file }: BackupOptions): Backup {
  if (isPostgres(database)) throw usePostgresTools(schema ?? 'hookline')
  if (!existsSync(database)) throw databaseMissing(database)
  const target = resolve(file)
  if (existsSync(target)) throw fileThere(target)
  const partial = `${target}.partial-${process.pid}`
  try {
    copy(database, partial)
    const checked = check(partial)
    syncFile(partial)
    // A link and no renaming: it fails where somebody else has made the file meanwhile.
    linkSync(partial, target)
    syncFile(dirname(target))
    return { file: target, bytes: statSync(target).size, ...checked }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw fileThere(target)
    throw openError(target, error)
  } finally {
    rmSync(partial, { force: true })
  }
}

function copy(database: string, partial: string): void {
  // Made here, with nothing in it, so that it is never readable by others.
  closeSync(openSync(partial, 'wx', ownerOnly))
  const db = new DatabaseSync(database, { timeout: busyTimeoutMs })
  try {
    db.prepare('vacuum into ?').run(partial)
  } finally {
    db.close()
  }
}

function check(partial: string): Pick<Backup, 'events' | 'version'> {
  const db = new DatabaseSync(partial, { readOnly: true })
  try {
    const found = db.prepare('pragma integrity_check(1)').get()?.integrity_check
    if (found !== 'ok') throw damaged(String(found))
    const events = db.prepare('select count(*) as n from events').get()?.n
    const version = db.prepare('select max(version) as n from migrations').get()?.n
    return { events: Number(events), version: Number(version) }
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
    `There is no database at ${database}, so nothing was copied. It was likely started in ` +
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

function damaged(found: string): HooklineError {
  return new HooklineError(
    'storage_failed',
    `The copy is not whole (${found.slice(0, 200)}), and was removed. The database itself is ` +
      'likely damaged. Keep it as it is, and restore the newest backup that is whole.',
  )
}
