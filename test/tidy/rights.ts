/**
 * The "only" rules: what exactly one place may do. Each right is an entry of a table: who has it,
 * and how its use is recognised in a syntax tree or an import. Tests may do all of it.
 */
import { builtinModules } from 'node:module'
import ts from 'typescript'
import { isTest } from './arrows.ts'
import { isReadOf, readGlobals } from './globals.ts'
import { type Import, packageOf, readImports } from './imports.ts'
import { parse, placeOf, visit } from './parse.ts'
import { proofs } from './rights-proofs.ts'
import type { Files, Rule } from './rule.ts'

interface Right {
  readonly only: string
  readonly may: string
  /** Folders with a `/` at the end, or files. */
  readonly owners: readonly string[]
  uses(node: ts.Node, isGlobal: (name: ts.Identifier) => boolean): boolean
  takes?(found: Import): boolean
}

/** The functions of Node that open a connection; its servers may be used anywhere. */
const connectors: Readonly<Record<string, readonly string[]>> = {
  http: ['request', 'get', 'Agent', 'globalAgent', 'ClientRequest'],
  https: ['request', 'get', 'Agent', 'globalAgent'],
  http2: ['connect'],
  net: ['connect', 'createConnection', 'Socket'],
  tls: ['connect', 'TLSSocket'],
  dgram: ['createSocket', 'Socket'],
}
const connectingPackages = ['undici', 'axios', 'got', 'ky', 'node-fetch', 'ws', 'eventsource']
const connectingGlobals = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']
const databasePackages = ['pg', 'postgres', 'sqlite', 'better-sqlite3', 'sqlite3', 'mysql2']

const sqlBeginnings = [
  'select\\s[\\s\\S]*\\sfrom\\s',
  'insert into\\s',
  'update\\s+\\S+\\s+set\\s',
  'delete from\\s',
  'with\\s+(recursive\\s+)?\\w+\\s*(\\([^)]*\\)\\s*)?as\\s',
  '(create|alter|drop)\\s+(unique\\s+)?(table|index|trigger|view|schema|type)\\s',
  'pragma\\s',
  'vacuum\\b',
  'begin\\s+(immediate|exclusive|isolation)',
  'listen\\s+\\w+;?$',
  'notify\\s+\\w+',
]
const sqlStatement = new RegExp(`^\\s*(${sqlBeginnings.join('|')})`)

export const rights: readonly Right[] = [
  {
    only: 'egress/, client/ and cli/ open',
    may: 'opens a connection',
    owners: ['src/egress/', 'src/client/', 'src/cli/'],
    uses: (node, isGlobal) => readGlobals(node, isGlobal, connectingGlobals),
    takes: (found) => !found.isTypeOnly && takesConnector(found),
  },
  {
    only: 'storage/ speaks',
    may: 'speaks to a database',
    owners: ['src/storage/'],
    uses: (node) => isText(node) && isSql(textIn(node)),
    takes: ({ specifier }) =>
      specifier === 'node:sqlite' || databasePackages.includes(packageOf(specifier)),
  },
  {
    only: 'config.ts reads',
    may: 'reads the environment',
    owners: ['src/config.ts'],
    uses: (node, isGlobal) =>
      isReadOf(node, isGlobal, 'process', ['env', 'loadEnvFile']) ||
      isReadOf(node, isGlobal, 'Bun', ['env']) ||
      isReadOf(node, isGlobal, 'Deno', ['env']),
    // The default import of node:process is `process` under a name of the file's choosing.
    takes: ({ specifier, names }) =>
      /^(node:)?process$/.test(specifier) && (names === undefined || names.includes('env')),
  },
  {
    only: 'base/ reads',
    may: 'reads the clock',
    owners: ['src/base/'],
    uses: (node, isGlobal) =>
      isReadOf(node, isGlobal, 'Date', ['now']) || isDateWithoutArgument(node, isGlobal),
  },
  {
    only: 'base/ draws',
    may: 'draws a random number',
    // The client imports nothing of ours, base/ included: its default source of jitter is its own.
    owners: ['src/base/', 'src/client/backoff.ts'],
    uses: (node, isGlobal) => isReadOf(node, isGlobal, 'Math', ['random']),
  },
  {
    only: 'http/ and client/ name',
    may: 'names a route of the admin API',
    owners: ['src/http/', 'src/client/'],
    uses: (node) => isText(node) && textIn(node).includes('/api/v1'),
  },
]

function takesConnector(found: Import): boolean {
  const name = found.specifier.replace(/^node:/, '')
  const isPackage = connectingPackages.includes(packageOf(name)) && !builtinModules.includes(name)
  const functions = connectors[name]
  if (functions === undefined) return isPackage
  return found.names === undefined || found.names.some((taken) => functions.includes(taken))
}

function isDateWithoutArgument(node: ts.Node, isGlobal: (name: ts.Identifier) => boolean): boolean {
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return false
  if (!ts.isIdentifier(node.expression) || node.expression.text !== 'Date') return false
  // `Date(x)` ignores what it is given and reads the clock all the same.
  const isEmpty = ts.isCallExpression(node) || (node.arguments ?? []).length === 0
  return isEmpty && isGlobal(node.expression)
}

function isText(node: ts.Node): node is ts.StringLiteralLike | ts.TemplateExpression {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)
}

/** The fixed parts of a template, with a word where a value goes. */
function textIn(node: ts.StringLiteralLike | ts.TemplateExpression): string {
  if (ts.isStringLiteralLike(node)) return node.text
  return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join('value')
}

/** `SELECT id FROM event` is a statement; `Select an event from` begins a sentence for a person. */
function isSql(text: string): boolean {
  const lowered = text.replace(/\b[A-Z]{2,}\b/g, (word) => word.toLowerCase())
  return sqlStatement.test(lowered)
}

export const onlyRules: readonly Rule[] = rights.map((right) => ({
  says: `only ${right.only}: nobody else ${right.may}`,
  find: (files) => findUses(files, right),
  proofs: proofs[right.may] ?? [],
}))

function findUses(files: Files, right: Right): string[] {
  const isBound = (path: string) =>
    path.startsWith('src/') &&
    !isTest(path) &&
    !right.owners.some((owner) => path === owner || (owner.endsWith('/') && path.startsWith(owner)))
  const places = new Set<string>()
  for (const found of readImports(files)) {
    if (isBound(found.from) && right.takes?.(found) === true) places.add(found.place)
  }
  const { sources, isGlobal } = parse(files)
  for (const source of sources.filter(({ fileName }) => isBound(fileName))) {
    visit(source, (node) => {
      if (right.uses(node, isGlobal)) places.add(placeOf(node))
    })
  }
  return [...places].sort().map((place) => `${place} ${right.may}`)
}
