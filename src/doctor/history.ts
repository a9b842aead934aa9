/**
 * Searches every version of every file that git still knows: all branches, tags and stashes. Each
 * version is read once, however many commits have it, and within limits that are told when met.
 */
import { type Finding, lineAt, newFinding } from './finding.ts'
import { git, startGit } from './git.ts'
import { keyIdentity, withArticle } from './keys.ts'
import { isReadable, sourceBytesMax, textOf } from './project.ts'
import { findSecrets } from './secrets.ts'

export interface HistoryLimits {
  /** Versions of files. */
  readonly versionsMax: number
  readonly bytesMax: number
  readonly findingsMax: number
}

export const historyLimits: HistoryLimits = {
  versionsMax: 500_000,
  bytesMax: 2 * 1024 * 1024 * 1024,
  findingsMax: 200,
}

export interface HistoryJob {
  readonly folder: string
  readonly isShallow: boolean
  /** Secrets that stand in the files of now, and paths that are told of otherwise. */
  readonly isKnown: (secret: { value: string; path: string }) => boolean
  readonly limits: HistoryLimits
  readonly onProgress: (done: number, total: number) => void
}

export interface HistoryResult {
  readonly findings: readonly Finding[]
  readonly versions: number
  /** Why not all of it was read, in sentences. */
  readonly notes: readonly string[]
}

interface Version {
  readonly id: string
  readonly path: string
  readonly bytes: number
}

const progressEvery = 500

export async function searchHistory(job: HistoryJob): Promise<HistoryResult> {
  const all = await listVersions(job.folder)
  if (all === undefined) {
    return { findings: [], versions: 0, notes: ['Git did not list the history.'] }
  }
  const { versions, notes } = withinLimits(all, job.limits)
  if (job.isShallow) {
    notes.push(
      'The clone is shallow: older commits are not here. Fetch them with \
`git fetch --unshallow`.',
    )
  }
  const found = new Map<string, { version: Version; finding: Finding }>()
  let done = 0
  for await (const { version, text } of readVersions(job.folder, versions)) {
    done += 1
    if (done % progressEvery === 0) job.onProgress(done, versions.length)
    if (text !== undefined) collect(job, version, text, found)
    if (found.size >= job.limits.findingsMax) {
      notes.push(`The search ended at ${job.limits.findingsMax} keys.`)
      break
    }
  }
  const findings = await withCommits(job.folder, [...found.values()])
  return { findings, versions: done, notes }
}

function collect(
  { isKnown }: HistoryJob,
  version: Version,
  text: string,
  found: Map<string, { version: Version; finding: Finding }>,
): void {
  const { path } = version
  for (const { value, index, shown } of findSecrets(text)) {
    if (found.has(value) || isKnown({ value, path })) continue
    const what = `${withArticle(shown)} stood in this file.`
    const place = { path, line: lineAt(text, index) }
    const finding = newFinding('key-in-history', place, { what, identity: keyIdentity(value) })
    found.set(value, { version, finding })
  }
}

/** Every version with its path and size. */
async function listVersions(folder: string): Promise<Version[] | undefined> {
  const named = await git(folder, ['rev-list', '--objects', '--all'])
  if (named === undefined) return undefined
  const paths = new Map<string, string>()
  for (const line of named.split('\n')) {
    const space = line.indexOf(' ')
    if (space > 0 && space < line.length - 1) paths.set(line.slice(0, space), line.slice(space + 1))
  }
  const sizes = await sizesOf(folder, [...paths.keys()])
  return [...paths].flatMap(([id, path]) => {
    const bytes = sizes.get(id)
    return bytes !== undefined && isReadable(path) ? [{ id, path, bytes }] : []
  })
}

/** Of the files alone: folders are objects with names as well. */
async function sizesOf(folder: string, ids: readonly string[]): Promise<Map<string, number>> {
  const child = startGit(folder, [
    'cat-file',
    '--batch-check=%(objectname) %(objecttype) %(objectsize)',
  ])
  child.stdin.on('error', () => {}) // It ends before it has read all where git fails.
  child.stdin.end(`${ids.join('\n')}\n`)
  const sizes = new Map<string, number>()
  let rest = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [id = '', type, size] = line.split(' ')
      if (type === 'blob') sizes.set(id, Number(size))
    }
  }
  return sizes
}

function withinLimits(
  all: readonly Version[],
  { versionsMax, bytesMax }: HistoryLimits,
): { versions: Version[]; notes: string[] } {
  const versions: Version[] = []
  let total = 0
  let large = 0
  let left = 0
  for (const version of all) {
    if (version.bytes > sourceBytesMax) large += 1
    else if (versions.length >= versionsMax || total + version.bytes > bytesMax) left += 1
    else {
      versions.push(version)
      total += version.bytes
    }
  }
  const notes: string[] = []
  if (large > 0)
    notes.push(`${large} old versions over ${sourceBytesMax / 1024 / 1024} MB were not read.`)
  if (left > 0) notes.push(`The history was cut off: ${left} old versions were not read.`)
  return { versions, notes }
}

/** The texts in the order of the versions; undefined for what is no text. */
async function* readVersions(
  folder: string,
  versions: readonly Version[],
): AsyncGenerator<{ version: Version; text: string | undefined }> {
  const child = startGit(folder, ['cat-file', '--batch'])
  child.stdin.on('error', () => {}) // It is ended early when enough was found.
  child.stdin.end(`${versions.map(({ id }) => id).join('\n')}\n`)
  try {
    const read = newReader(child.stdout)
    for (const version of versions) {
      const header = await read.line()
      const size = /^[0-9a-f]+ blob (\d+)$/.exec(header ?? '')?.[1]
      if (size === undefined) return
      const bytes = await read.bytes(Number(size))
      await read.bytes(1)
      if (bytes === undefined) return
      yield { version, text: textOf(bytes) }
    }
  } finally {
    child.kill()
  }
}

function newReader(stream: NodeJS.ReadableStream) {
  const chunks = stream[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  const more = async (): Promise<boolean> => {
    const { value, done } = await chunks.next()
    if (done) return false
    held = Buffer.concat([held, Buffer.from(value)])
    return true
  }
  const take = (count: number): Buffer => {
    const taken = held.subarray(0, count)
    held = held.subarray(count)
    return taken
  }
  return {
    async line(): Promise<string | undefined> {
      while (!held.includes(10)) if (!(await more())) return undefined
      return take(held.indexOf(10) + 1)
        .toString('utf8')
        .trimEnd()
    },
    async bytes(count: number): Promise<Buffer | undefined> {
      while (held.length < count) if (!(await more())) return undefined
      return take(count)
    },
  }
}

/** Names the first commit that had the version, for each. */
async function withCommits(
  folder: string,
  found: readonly { version: Version; finding: Finding }[],
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { version, finding } of found) {
    const log = await git(folder, ['log', '--all', '--format=%h', `--find-object=${version.id}`])
    const commit = log?.trim().split('\n').at(-1)
    findings.push(commit ? { ...finding, commit } : finding)
  }
  return findings
}
