/** Files that only their owner should read: Hookline's database and keys, and private keys. */
import { lstatSync, readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { EnvironmentFile } from './environment-file.ts'
import { type Finding, newFinding } from './finding.ts'
import { type Project, readText } from './project.ts'

const ownFolder = '.hookline'
/** Reading, writing or entering, by the group or by anybody. */
const openToOthers = 0o077
const enteredByOthers = 0o011
/** Beside a SQLite database, with the same events in them. */
const databaseEndings = ['', '-wal', '-shm']

export function findOpenFiles(project: Project, files: readonly EnvironmentFile[]): Finding[] {
  // Windows has no such permissions; what Node says of them there is made up.
  if (process.platform === 'win32') return []
  const paths = new Set([
    ...ownFiles(project.folder),
    ...namedFiles(project.folder, files),
    ...project.keyFiles.filter((path) => holdsPrivateKey(project, path)),
  ])
  return [...paths].flatMap((path) => findOpenFile(project.folder, path))
}

function findOpenFile(folder: string, path: string): Finding[] {
  const state = lstatSync(join(folder, path), { throwIfNoEntry: false })
  if (state === undefined || state.isSymbolicLink() || (state.mode & openToOthers) === 0) return []
  if (isInClosedFolder(folder, path)) return []
  const mode = (state.mode & 0o777).toString(8).padStart(4, '0')
  const what = `${path} has the permissions ${mode}.`
  const identity = ['open', path]
  return [newFinding('file-open-to-others', { path, line: 0 }, { what, identity })]
}

/** What a folder of the project lets nobody into, nobody reads. */
function isInClosedFolder(folder: string, path: string): boolean {
  const parts = path.split('/').slice(0, -1)
  return parts.some((_, index) => {
    const parent = join(folder, ...parts.slice(0, index + 1))
    const mode = lstatSync(parent, { throwIfNoEntry: false })?.mode ?? 0
    return (mode & enteredByOthers) === 0
  })
}

function ownFiles(folder: string): string[] {
  try {
    const names = readdirSync(join(folder, ownFolder))
    return [ownFolder, ...names.map((name) => `${ownFolder}/${name}`)]
  } catch {
    return [] // It has not run here.
  }
}

function namedFiles(folder: string, files: readonly EnvironmentFile[]): string[] {
  return files
    .flatMap(({ variables }) => variables)
    .flatMap(({ name, value }) => {
      if (name === 'HOOKLINE_MASTER_KEY_FILE') return [value]
      const isFile = name === 'HOOKLINE_DATABASE' && !/^[a-z]+:\/\//i.test(value)
      return isFile ? databaseEndings.map((ending) => value + ending) : []
    })
    .filter((path) => path !== '')
    .map((path) => relative(folder, resolve(folder, path)))
}

/** A committed one is found as a key in the code; a certificate may be read by anybody. */
function holdsPrivateKey(project: Project, path: string): boolean {
  const isTracked = project.files.some((file) => file.path === path && file.isTracked)
  return !isTracked && /PRIVATE KEY-----/.test(readText(project, path, 'source') ?? '')
}
