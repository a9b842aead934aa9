/** The traps of files such as `.env.local`: where they are, and what stands in them. */
import { isSecretKind, recogniseKey } from '../providers/key-shapes.ts'
import { type EnvironmentFile, isProduction, type Variable } from './environment-file.ts'
import { type Finding, newFinding } from './finding.ts'
import { keyIdentity } from './keys.ts'
import type { ProjectFile } from './project.ts'
import { publishedPrefix } from './published-variables.ts'
import { isPlaceholder, secretVariables } from './secrets.ts'

/** Providers make longer ones; shorter ones can be guessed. */
const secretCharactersMin = 16

export function findInEnvironmentFile(file: ProjectFile, read: EnvironmentFile): Finding[] {
  return [
    ...findExposed(file, read),
    ...read.variables.flatMap((variable) => [
      ...findLiveKey(read, variable),
      ...findWeakSecret(read, variable),
    ]),
  ]
}

function findExposed({ path, isTracked, isIgnored }: ProjectFile, read: EnvironmentFile) {
  const isLocal = /\.local$|\.dev\.vars$/.test(path)
  const count = read.variables.filter(holdsSecret).length
  if (isIgnored || (!isLocal && count === 0)) return []
  const held = `${count} ${count === 1 ? 'secret' : 'secrets'}`
  if (isTracked) {
    const what = `${path} is committed, with ${held} in it.`
    return [fileFinding('env-file-committed', path, what)]
  }
  const what = `${path} is not ignored, with ${held} in it.`
  return [fileFinding('env-file-not-ignored', path, what)]
}

function fileFinding(
  rule: 'env-file-committed' | 'env-file-not-ignored',
  path: string,
  what: string,
) {
  return newFinding(rule, { path, line: 0 }, { what, identity: [rule, path] })
}

/** Whether there is anything to lose in it. */
export function holdsSecret({ name, value }: Variable): boolean {
  if (value === '' || isPlaceholder(value)) return false
  const kind = recogniseKey(value, name)?.kind
  return kind === undefined ? secretVariables.has(name) : isSecretKind(kind)
}

function findLiveKey(file: EnvironmentFile, { name, value, line }: Variable): Finding[] {
  const key = recogniseKey(value, name)
  if (key?.mode !== 'live' || !isSecretKind(key.kind)) return []
  if (isPlaceholder(value) || isProduction(file)) return []
  const what = `${name} holds the ${key.name}.`
  const place = { path: file.path, line }
  return [newFinding('live-key-outside-production', place, { what, identity: keyIdentity(value) })]
}

function findWeakSecret({ path }: EnvironmentFile, { name, value, line }: Variable): Finding[] {
  if (!secretVariables.has(name)) return []
  const faults = secretsOf(value).map(weakness)
  const fault = value === '' ? 'is empty' : faults.find((each) => each !== undefined)
  if (fault === undefined) return []
  const what = `${name} ${fault}.`
  return [newFinding('secret-weak', { path, line }, { what, identity: ['weak', path, name] })]
}

function weakness(secret: string): string | undefined {
  const characters = secret.replace(/^(v1,)?[a-z]{2,8}_/, '').length
  if (characters < secretCharactersMin) return `has fewer than ${secretCharactersMin} characters`
  return isPlaceholder(secret) ? 'is a placeholder' : undefined
}

/** Several at once, while one replaces another. */
function secretsOf(value: string): string[] {
  return value.split(/\s+/).filter((secret) => secret !== '')
}

/** Over all files: one secret under two names. Names of one company are one sender. */
export function findSharedSecrets(files: readonly EnvironmentFile[]): Finding[] {
  const owners = new Map<string, Variable>()
  const found: Finding[] = []
  for (const { path, variables } of files) {
    for (const variable of variables.filter(({ name }) => secretVariables.has(name))) {
      for (const secret of secretsOf(variable.value)) {
        const owner = owners.get(secret)
        if (owner === undefined) owners.set(secret, variable)
        else if (senderOf(owner.name) !== senderOf(variable.name)) {
          const what = `${variable.name} is the same secret as ${owner.name}.`
          const identity = ['shared', path, owner.name, variable.name]
          found.push(newFinding('secret-shared', { path, line: variable.line }, { what, identity }))
        }
      }
    }
  }
  return found
}

function senderOf(name: string): string {
  return name.split('_')[0] ?? name
}

/** Variables that the build writes into scripts, in files where they are set. */
export function findPublishedSecrets({ path, variables }: EnvironmentFile): Finding[] {
  return variables.flatMap(({ name, value, line }) => {
    const prefix = publishedPrefix(name)
    if (prefix === undefined || value === '') return []
    const inner = name.slice(prefix.length)
    const key = recogniseKey(value, inner)
    if (key === undefined ? !secretVariables.has(inner) : !isSecretKind(key.kind)) return []
    const what = `${name} holds ${key === undefined ? 'a secret' : `the ${key.name}`}.`
    const identity = ['published', name]
    return [newFinding('key-in-published-variable', { path, line }, { what, identity })]
  })
}
