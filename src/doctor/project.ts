/**
 * The files of a project that the doctor looks at: what git would commit, and beside it the files
 * of secrets and the built bundles, which git is told to ignore. Symbolic links are not followed.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { git, openRepository, type Repository, splitAtNul } from './git.ts'

export type FileKind = 'source' | 'environment' | 'bundle'

export interface ProjectFile {
  readonly path: string
  readonly kind: FileKind
  readonly isTracked: boolean
  readonly isIgnored: boolean
}

export interface Project {
  readonly folder: string
  readonly repository: Repository
  readonly files: readonly ProjectFile[]
  /** Paths of files that by their names hold private keys, ignored or not. */
  readonly keyFiles: readonly string[]
  /** What was not looked at, in sentences. */
  readonly notes: string[]
}

const filesMax = 200_000
const depthMax = 40
export const sourceBytesMax = 1024 * 1024
const bundleBytesMax = 32 * 1024 * 1024

const skippedFolders = /^(node_modules|\.git|\.hookline|\.venv|__pycache__|\.pnpm-store|\.turbo)$/
const binaryEndings = [
  'png jpg jpeg gif webp avif ico icns woff woff2 ttf otf eot pdf mp3 mp4 webm mov',
  'zip gz tgz br zst jar wasm node so dylib exe class pyc db sqlite sqlite3 db-wal db-shm',
]
const binaryFile = endsWith(binaryEndings.join(' ').split(' '))
const lockFile =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/

const environmentFile = /(^|\/)(\.env(\.[\w.-]+)?|\.dev\.vars)$/
const templateFile = /\.(example|sample|template|dist|defaults?|schema)$/

const keyFile = /\.(pem|key|p8|p12|pfx)$/

/** Folders whose files are sent as they are, and folders that builds write. */
const servedFolder = isIn(['public', 'static', 'www'])
const builtFolder = isIn([
  ...['dist', 'build', 'out', '_site', 'storybook-static', '.next/static', '.nuxt/dist/client'],
  ...['.output/public', '.svelte-kit/output/client', '.vercel/output/static'],
])
const builtForServers = /(^|\/)(server|functions|node_modules)\//
const browserFile = /\.([cm]?js|map|html?|css|json|txt|webmanifest)$/

function endsWith(endings: readonly string[]): RegExp {
  return new RegExp(`\\.(${endings.join('|')})$`, 'i')
}

function isIn(folders: readonly string[]): RegExp {
  return new RegExp(`(^|/)(${folders.join('|').replaceAll('.', '\\.')})/`)
}

export async function openProject(folder: string): Promise<Project> {
  const repository = await openRepository(folder)
  const tracked = await listed(folder, repository, ['--cached'])
  const unignored = await listed(folder, repository, ['--others', '--exclude-standard'])
  const notes: string[] = []
  const files: ProjectFile[] = []
  const keyFiles: string[] = []
  for (const path of walk(folder, notes)) {
    const isTracked = tracked?.has(path) ?? false
    const isIgnored = tracked !== undefined && !isTracked && !unignored?.has(path)
    const kind = kindOf(path, { isIgnored, isInGit: tracked !== undefined })
    if (kind !== undefined) files.push({ path, kind, isTracked, isIgnored })
    if (keyFile.test(path)) keyFiles.push(path)
  }
  if (repository.state === 'refused') {
    notes.push(`Git does not read this folder, so ignored files count as committed and the \
history was not searched: ${repository.reason}`)
  }
  return { folder, repository, files, keyFiles, notes }
}

/** The text of a file; undefined where it is none, or over its limit. */
export function readText(project: Project, path: string, kind: FileKind): string | undefined {
  const bytesMax = kind === 'bundle' ? bundleBytesMax : sourceBytesMax
  try {
    const full = join(project.folder, path)
    if (lstatSync(full).size > bytesMax) {
      project.notes.push(`${path} is over ${bytesMax / 1024 / 1024} MB and was not read.`)
      return undefined
    }
    return textOf(readFileSync(full))
  } catch {
    return undefined // It went away in between, or is not ours to read.
  }
}

/** Undefined where a NUL at the beginning says that it is no text. */
export function textOf(bytes: Buffer): string | undefined {
  return bytes.subarray(0, 8_000).includes(0) ? undefined : bytes.toString('utf8')
}

/** Whether a file of this name can hold what is looked for. */
export function isReadable(path: string): boolean {
  return !binaryFile.test(path) && !lockFile.test(path)
}

export function isEnvironmentFile(path: string): boolean {
  return environmentFile.test(path) && !templateFile.test(path)
}

async function listed(
  folder: string,
  { state }: Repository,
  which: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  if (state !== 'repository') return undefined
  const output = await git(folder, ['ls-files', '-z', ...which])
  return output === undefined ? undefined : new Set(splitAtNul(output))
}

function kindOf(
  path: string,
  { isIgnored, isInGit }: { isIgnored: boolean; isInGit: boolean },
): FileKind | undefined {
  if (!isReadable(path)) return undefined
  if (isEnvironmentFile(path)) return 'environment'
  const isSent = browserFile.test(path) && !builtForServers.test(path)
  if (isSent && servedFolder.test(path)) return 'bundle'
  // A committed folder named `build` holds the scripts that build, not what they wrote.
  if (isSent && builtFolder.test(path) && (isIgnored || !isInGit)) return 'bundle'
  return isIgnored ? undefined : 'source'
}

function* walk(folder: string, notes: string[]): Generator<string> {
  let count = 0
  const waiting: string[] = ['']
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const entry of entriesOf(join(folder, at))) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`
      const isFolder = entry.isDirectory()
      if (isFolder && !skippedFolders.test(entry.name) && path.split('/').length < depthMax) {
        waiting.push(path)
      }
      if (!entry.isFile()) continue
      count += 1
      if (count > filesMax) {
        notes.push(`There are more than ${filesMax} files; the others were not looked at.`)
        return
      }
      yield path
    }
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return [] // Not ours to read.
  }
}
