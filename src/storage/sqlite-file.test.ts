import { mkdirSync as makeFolder, type PathLike } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryDatabase } from './conformance/temporary-database.ts'
import { openDatabase } from './sqlite-file.ts'

const files = vi.hoisted(() => ({ paths: new Map<number, string>(), synced: [] as string[] }))

// What the engine asks of the file system is seen on its way; nothing is held back.
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    openSync: (path: PathLike, flags: string) => {
      const file = fs.openSync(path, flags)
      files.paths.set(file, String(path))
      return file
    },
    fsyncSync: (file: number) => {
      fs.fsyncSync(file)
      files.synced.push(files.paths.get(file) ?? 'unknown')
    },
  }
})

function openAndClose(path: string): string[] {
  files.synced.length = 0
  openDatabase(path, 'FULL').close()
  return [...files.synced]
}

test('the folder is synced at each open, so that its files survive power loss', async () => {
  const path = await temporaryDatabase()
  expect(openAndClose(path)).toEqual([dirname(path)])
  expect(openAndClose(path)).toEqual([dirname(path)])
})

test('each folder that was made is synced in the one above it, and no other is', async () => {
  const top = dirname(await temporaryDatabase())
  makeFolder(join(top, 'there'))
  const synced = openAndClose(join(top, 'there', 'a', 'b', 'hookline.db'))
  expect(synced.map((path) => relative(top, path)).sort()).toEqual([
    'there',
    'there/a',
    'there/a/b',
  ])
})

/** SQLite answers so at once where two processes turn a new file into a journaled one. */
function failJournaling(times: number, errcode: number): () => number {
  const real = DatabaseSync.prototype.exec
  let failed = 0
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (
    this: DatabaseSync,
    text: string,
  ) {
    if (!text.includes('journal_mode') || failed === times) return real.call(this, text)
    failed++
    throw Object.assign(new Error('database is locked'), { errcode })
  })
  onTestFinished(() => exec.mockRestore())
  return () => failed
}

test('a new file that other processes are opening is waited for', async () => {
  const failed = failJournaling(3, 5) // SQLITE_BUSY
  openDatabase(await temporaryDatabase(), 'FULL').close()
  expect(failed()).toBe(3)
})

test('a file that can not be used is not waited for', async () => {
  const failed = failJournaling(3, 26) // SQLITE_NOTADB
  const path = await temporaryDatabase()
  expect(() => openDatabase(path, 'FULL')).toThrow('could not be opened')
  expect(failed()).toBe(1)
})
