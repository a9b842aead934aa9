/**
 * The files that the repository holds: what git tracks and what would be added next. Binary files
 * are left out; nothing is written.
 */
import { execFileSync } from 'node:child_process'
import { lstatSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Files } from './rule.ts'

const listBytesMax = 16 * 1024 * 1024

export function trackedFiles(root: string): Files {
  const files = new Map<string, string>()
  for (const name of trackedPaths(root)) {
    const file = path.join(root, name)
    // A file removed but not yet committed is still listed, and so is a link to a folder.
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) continue
    const bytes = readFileSync(file)
    if (!bytes.includes(0)) files.set(name, bytes.toString('utf8'))
  }
  return files
}

/** `safe.directory`: a clone that another user owns is read too; a listing runs no hook of it. */
function trackedPaths(root: string): string[] {
  const listing = execFileSync(
    'git',
    ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8', maxBuffer: listBytesMax },
  )
  return [...new Set(listing.split('\0').filter((name) => name !== ''))].sort()
}
