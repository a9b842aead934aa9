/**
 * Opens the database file so that a commit survives power loss. Refuses to run where it would not.
 */
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { HooklineError } from '../base/errors.ts'
import { isBusy, openError } from './sqlite-errors.ts'

/** How long to wait for another process that writes to the same file. */
const busyTimeoutMs = 5_000
const busyLookMs = 10
/** From so many pages of its log on SQLite copies them in a commit; sooner, a thread does. */
const checkpointPages = 2_000
/** 8 KiB pages hold a typical payload without overflow pages. */
const pageBytes = 8_192

/**
 * Where several processes open a new file at the same instant, all but one find it locked while it
 * becomes one that is journaled ahead; SQLite does not wait there by itself.
 * @throws HooklineError `storage_failed`, `storage_full`.
 */
export function openDatabase(path: string, synchronous: 'FULL' | 'NORMAL'): DatabaseSync {
  for (let looks = 1; ; looks++) {
    try {
      return tryToOpen(path, synchronous)
    } catch (error) {
      if (!isBusy(error) || looks * busyLookMs > busyTimeoutMs) throw openError(path, error)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyLookMs)
    }
  }
}

function tryToOpen(path: string, synchronous: 'FULL' | 'NORMAL'): DatabaseSync {
  let db: DatabaseSync | undefined
  try {
    const folder = resolve(dirname(path))
    const firstMade = mkdirSync(folder, { recursive: true })
    db = new DatabaseSync(path, { timeout: busyTimeoutMs })
    db.exec(`pragma page_size = ${pageBytes}`)
    db.exec('pragma journal_mode = wal')
    db.exec(`pragma synchronous = ${synchronous}`)
    db.exec('pragma foreign_keys = on')
    db.exec(`pragma wal_autocheckpoint = ${checkpointPages}`)
    assertDurable(db, synchronous)
    // The first read makes the -wal file, whose directory entry is to be synced as well.
    db.prepare('select count(*) from sqlite_schema').get()
    syncFolders(folder, firstMade)
    return db
  } catch (error) {
    db?.close()
    throw error
  }
}

/** Measured: with less than FULL, power loss takes events that were answered 200. */
function assertDurable(db: DatabaseSync, synchronous: 'FULL' | 'NORMAL'): void {
  const journal = db.prepare('pragma journal_mode').get()?.journal_mode
  const level = db.prepare('pragma synchronous').get()?.synchronous
  if (journal === 'wal' && level === (synchronous === 'FULL' ? 2 : 1)) return
  throw new HooklineError(
    'storage_failed',
    `SQLite did not take its durable settings (journal_mode=${journal}, synchronous=${level}). ` +
      'The file is likely on a network file system or opened read-only. Put it on a local disk.',
  )
}

/**
 * A file whose directory entry was not synced is gone after power loss, with all that is in it; and
 * so is a folder whose entry in the one above it was not.
 */
function syncFolders(folder: string, firstMade: string | undefined): void {
  const last = firstMade === undefined ? folder : dirname(resolve(firstMade))
  let current = folder
  syncFolder(current)
  while (current !== last) {
    current = dirname(current)
    syncFolder(current)
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
