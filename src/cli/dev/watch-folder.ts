/**
 * Says which file below a folder changed. Each folder is watched by itself, because a recursive
 * watch would also walk through node_modules; only files that can be part of an app count, because
 * a database or a log that the app writes must not restart it.
 */
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'

const debounceMs = 100
const foldersMax = 2_000
const countingEndings = new Set(
  '.ts .tsx .mts .cts .js .jsx .mjs .cjs .json .html .css .svg'.split(' '),
)

interface Watch {
  readonly onChange: (path: string) => void
  readonly watchers: Map<string, FSWatcher>
  timer: NodeJS.Timeout | undefined
  /** The first of the changes that are told together. */
  changed: string | undefined
}

export interface Watched {
  /** With all below it. */
  readonly folder: string
  /** A file of another folder, of which nothing else is watched. */
  readonly file: string
}

/** Calls back once for changes that come together. Returns the way to stop. */
export function watchFolder(
  { folder, file }: Watched,
  onChange: (path: string) => void,
): () => void {
  const state: Watch = { onChange, watchers: new Map(), timer: undefined, changed: undefined }
  addFolder(state, folder)
  addFile(state, file)
  return () => {
    clearTimeout(state.timer)
    for (const watcher of state.watchers.values()) watcher.close()
  }
}

function addFolder(state: Watch, folder: string): void {
  if (state.watchers.has(folder) || state.watchers.size >= foldersMax) return
  try {
    const watcher = watch(folder, (_, name) => {
      if (name !== null) notice(state, join(folder, name), name)
    })
    watcher.on('error', () => removeFolder(state, folder))
    state.watchers.set(folder, watcher)
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && isWatched(entry.name)) addFolder(state, join(folder, entry.name))
    }
  } catch {
    removeFolder(state, folder) // Gone again, or not readable: nothing in it can be loaded.
  }
}

function addFile(state: Watch, file: string): void {
  const folder = dirname(file)
  if (state.watchers.has(folder)) return
  const watcher = watch(folder, (_, name) => {
    if (name === basename(file)) tellSoon(state, file)
  })
  watcher.on('error', () => removeFolder(state, folder))
  state.watchers.set(folder, watcher)
}

function removeFolder({ watchers }: Watch, folder: string): void {
  watchers.get(folder)?.close()
  watchers.delete(folder)
}

function isWatched(folderName: string): boolean {
  return folderName !== 'node_modules' && !folderName.startsWith('.')
}

function notice(state: Watch, path: string, name: string): void {
  if (isFolder(path)) {
    if (isWatched(name)) addFolder(state, path)
    return
  }
  removeFolder(state, path) // A deleted folder looks like a file that is not there.
  if (countingEndings.has(extname(name)) || name === '.env.local') tellSoon(state, path)
}

function tellSoon(state: Watch, path: string): void {
  state.changed ??= path
  clearTimeout(state.timer)
  state.timer = setTimeout(() => {
    const { changed = path } = state
    state.changed = undefined
    state.onChange(changed)
  }, debounceMs)
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
