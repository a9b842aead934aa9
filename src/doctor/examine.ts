/** Looks for the traps in a folder: the spine of `hookline doctor`. Changes nothing. */
import { type Acceptance, acceptanceOf, readAccepted, reasonBeside } from './accepted.ts'
import { findBrowserCalls } from './browser-calls.ts'
import { findClockSkew, type ServerTime } from './clock-skew.ts'
import { findInEnvironmentFile, findPublishedSecrets, findSharedSecrets } from './environment.ts'
import { type EnvironmentFile, parseEnvironmentFile } from './environment-file.ts'
import { type Finding, fingerprintOf, lineAt, newFinding } from './finding.ts'
import { type HistoryLimits, historyLimits, searchHistory } from './history.ts'
import { findKeysInFile, keyIdentity } from './keys.ts'
import { findOpenFiles } from './permissions.ts'
import { openProject, type Project, type ProjectFile, readText } from './project.ts'
import { findPublishedUses } from './published-variables.ts'
import { findEndlessRetention } from './retention.ts'
import { rules } from './rules.ts'
import { findRouteTraps } from './webhook-routes.ts'

export interface ExamineOptions {
  readonly isHistorySearched: boolean
  readonly limits?: HistoryLimits
  readonly time?: ServerTime | undefined
  readonly onProgress?: (done: number, total: number) => void
}

export interface Report {
  readonly findings: readonly Finding[]
  readonly accepted: readonly (Finding & { readonly reason: string })[]
  /** Entries of the file that nothing answers to any more. */
  readonly unused: readonly Acceptance[]
  /** What was not looked at, in sentences. */
  readonly notes: readonly string[]
  readonly files: number
  /** Versions of files in the history. */
  readonly versions: number
}

/** @throws HooklineError `config_invalid` where the list of what is accepted is not readable. */
export async function examine(folder: string, options: ExamineOptions): Promise<Report> {
  const entries = readAccepted(folder)
  const project = await openProject(folder)
  const { found, environment } = examineFiles(project)
  found.push(...findSharedSecrets(environment))
  found.push(...findOpenFiles(project, environment))
  found.push(...findClockSkew(options.time))
  const versions = await examineHistory(project, found, options)
  const sorted = found.toSorted(byRuleAndPlace)
  const judged = sorted.map((finding) => ({ finding, ...judge(project, finding, entries) }))
  const used = new Set(judged.map(({ entry }) => entry))
  return {
    findings: judged.flatMap(({ finding, reason }) => (reason === undefined ? [finding] : [])),
    accepted: judged.flatMap(({ finding, reason }) =>
      reason === undefined ? [] : [{ ...finding, reason }],
    ),
    unused: entries.filter((entry) => !used.has(entry)),
    notes: project.notes,
    files: project.files.length,
    versions,
  }
}

function examineFiles(project: Project): { found: Finding[]; environment: EnvironmentFile[] } {
  const found: Finding[] = []
  const environment: EnvironmentFile[] = []
  for (const file of project.files) {
    const text = readText(project, file.path, file.kind)
    if (text === undefined) continue
    if (file.kind === 'environment') {
      const read = parseEnvironmentFile(file.path, text)
      environment.push(read)
      found.push(...findInEnvironmentFile(file, read), ...findPublishedSecrets(read))
    } else {
      found.push(...examineText(project, file, text))
    }
  }
  return { found: onePublishedEach(found), environment }
}

function examineText(project: Project, file: ProjectFile, text: string): Finding[] {
  const read = (path: string) => {
    const isThere = project.files.some((other) => other.path === path && other.kind === 'source')
    return isThere ? readText(project, path, 'source') : undefined
  }
  return [
    ...findKeysInFile(file, text),
    ...publishedUses(file, text),
    ...findBrowserCalls(file, text),
    ...findRouteTraps(file, text, read),
    ...findEndlessRetention(file, text),
  ]
}

function publishedUses({ path, kind }: ProjectFile, text: string): Finding[] {
  if (kind !== 'source' || !/\.([cm]?[jt]sx?|vue|svelte|astro)$/.test(path)) return []
  return [...findPublishedUses(text)].map(({ name, index }) => {
    const what = `${name} is read here, which by its name holds a secret.`
    const place = { path, line: lineAt(text, index) }
    return newFinding('key-in-published-variable', place, { what, identity: ['published', name] })
  })
}

/** A published variable is one finding, where it is set before where it is read. */
function onePublishedEach(found: readonly Finding[]): Finding[] {
  const first = new Map<string, Finding>()
  const inOrder = found.toSorted((a, b) => Number(isRead(a)) - Number(isRead(b)))
  for (const finding of inOrder) {
    const isPublished = finding.rule === 'key-in-published-variable'
    const name = isPublished ? finding.fingerprint : `${first.size}`
    if (!first.has(name)) first.set(name, finding)
  }
  return [...first.values()]
}

function isRead({ what }: Finding): boolean {
  return what.includes(' is read here')
}

async function examineHistory(
  project: Project,
  found: Finding[],
  { isHistorySearched, limits = historyLimits, onProgress = () => {} }: ExamineOptions,
): Promise<number> {
  const { folder, repository, notes } = project
  if (repository.state === 'none') notes.push('This is no git repository: there is no history.')
  if (!isHistorySearched || repository.state !== 'repository') return 0
  const known = new Set(found.map(({ fingerprint }) => fingerprint))
  const committed = new Set(
    found.filter(({ rule }) => rule === 'env-file-committed').map(({ path }) => path),
  )
  const result = await searchHistory({
    folder,
    isShallow: repository.isShallow,
    isKnown: ({ value, path }) =>
      known.has(fingerprintOf(keyIdentity(value))) || committed.has(path),
    limits,
    onProgress,
  })
  found.push(...result.findings)
  notes.push(...result.notes)
  return result.versions
}

const ruleOrder = Object.keys(rules)

function byRuleAndPlace(a: Finding, b: Finding): number {
  const byRule = ruleOrder.indexOf(a.rule) - ruleOrder.indexOf(b.rule)
  return byRule || a.path.localeCompare(b.path, 'en') || a.line - b.line
}

function judge(
  project: Project,
  finding: Finding,
  entries: readonly Acceptance[],
): { entry?: Acceptance; reason?: string } {
  const entry = acceptanceOf(finding, entries)
  if (entry !== undefined) return { entry, reason: entry.reason }
  if (finding.commit !== undefined) return {}
  const kind = project.files.find(({ path }) => path === finding.path)?.kind
  const text = kind === undefined ? undefined : readText(project, finding.path, kind)
  const reason = text === undefined ? undefined : reasonBeside(finding, text)
  return reason === undefined ? {} : { reason }
}
