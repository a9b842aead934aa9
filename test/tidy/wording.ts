/** How a file reads: its name, its first sentence, what it exports, and what it never holds. */
import ts from 'typescript'
import { isTypeScript, parse, placeOf, visit } from './parse.ts'
import { type Files, pathsOf, type Rule } from './rule.ts'

/** Names that say nothing about what is inside, and so collect everything. */
const emptyNames = [
  /^(utils?|helpers?|common|libs?|managers?|services?|types|misc|shared)$/,
  /-(utils?|helpers?|manager|service)$/,
]
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/

export const tellingNames: Rule = {
  says: 'files and folders are named in kebab-case after what they hold',
  find: (files) =>
    pathsOf(files, (path) => path.startsWith('src/') && isTypeScript(path)).flatMap((path) => {
      const parts = path.split('/').slice(1)
      const names = parts.map((part) => part.replace(/(\.test)?\.tsx?$/, ''))
      const said = names.find((name) => emptyNames.some((empty) => empty.test(name)))
      if (said !== undefined) return [`${path}: '${said}' does not say what is inside`]
      return names.every((name) => kebabCase.test(name)) ? [] : [`${path} is not in kebab-case`]
    }),
  proofs: [
    {
      what: 'an empty name, as a file, a folder or the last word, and capitals',
      sources: {
        'src/base/service-level.ts': '',
        'src/inbox/key-manager.ts': '',
        'src/inbox/readBody.ts': '',
        'src/inbox/receive.test.ts': '',
        'src/inbox/types.ts': '',
        'src/inbox/utils/bytes.ts': '',
      },
      finds: [
        "src/inbox/key-manager.ts: 'key-manager' does not say what is inside",
        'src/inbox/readBody.ts is not in kebab-case',
        "src/inbox/types.ts: 'types' does not say what is inside",
        "src/inbox/utils/bytes.ts: 'utils' does not say what is inside",
      ],
    },
  ],
}

export const firstSentence: Rule = {
  says: 'a file of src/ begins with a sentence about what it is for',
  find: (files) =>
    pathsOf(files, (path) => path.startsWith('src/') && needsSentence(path)).flatMap((path) => {
      const text = files.get(path) ?? ''
      const isSaid = beginsWithSentence(text) || isDeclaration(path, text)
      return isSaid ? [] : [`${path} does not say what it is for`]
    }),
  proofs: [
    {
      what: 'a file that begins with code, with an instruction to a tool or with a bare word',
      sources: {
        'src/cli/bin.ts': '#!/usr/bin/env node\n// The program. Refuses an old Node.\ngo()',
        'src/inbox/a.ts': '/** What it is for, and more. */\ngo()',
        'src/inbox/b.ts': 'go()',
        'src/inbox/c.ts': '// biome-ignore lint/x/y: a reason\ngo()',
        'src/inbox/d.ts': '/** Receive */\ngo()',
        'src/inbox/index.ts': "export * from './a.ts'",
        'src/inbox/mux.ts': "export const mux = defineProvider({ title: 'Mux' })",
        'src/providers/mux.ts': "export const mux = defineProvider({ title: 'Mux' })",
      },
      finds: [
        'src/inbox/b.ts does not say what it is for',
        'src/inbox/c.ts does not say what it is for',
        'src/inbox/d.ts does not say what it is for',
        'src/inbox/mux.ts does not say what it is for',
      ],
    },
  ],
}

function needsSentence(path: string): boolean {
  return isTypeScript(path) && !path.endsWith('.test.ts') && !path.endsWith('/index.ts')
}

/**
 * A provider's declaration is data that says itself whose it is, in its title and its
 * documentation.
 */
function isDeclaration(path: string, text: string): boolean {
  return path.startsWith('src/providers/') && /^export const \w+ = defineProvider\b/m.test(text)
}

/** Three words that end in a full stop, in the comment before the first line of code. */
function beginsWithSentence(text: string): boolean {
  const comments = (ts.getLeadingCommentRanges(text, shebangLength(text)) ?? [])
    .map((range) => text.slice(range.pos, range.end))
    .filter((comment) => !/biome-ignore|eslint|@ts-/.test(comment))
  return /\S+\s+\S+\s+\S+[\s\S]*[.:!?]/.test(comments.join(' ').replace(/^[\s/*]+|[\s/*]+$/g, ''))
}

function shebangLength(text: string): number {
  return /^#!.*/.exec(text)?.[0].length ?? 0
}

/** The one index that is a table of its own: a provider is a file and a line here, nothing else. */
const registry = 'src/providers/index.ts'

export const namedExports: Rule = {
  says: 'src/ has named exports only, and an index.ts only re-exports',
  find: (files) =>
    parse(files)
      .sources.filter(({ fileName }) => fileName.startsWith('src/'))
      .flatMap((source) =>
        source.statements.flatMap((statement) => {
          if (isDefaultExport(statement)) return [`${placeOf(statement)} is a default export`]
          const isIndex = source.fileName.endsWith('/index.ts') && source.fileName !== registry
          return isIndex && !isReExport(statement)
            ? [`${placeOf(statement)} is more than a re-export`]
            : []
        }),
      ),
  proofs: [
    {
      what: 'default exports in each of their forms, and code in an index.ts',
      sources: {
        'src/inbox/a.ts': 'export default {}',
        'src/inbox/b.ts': 'export default function b() {}',
        'src/inbox/c.ts': 'const c = 1\nexport { c as default }',
        'src/inbox/d.ts': 'export const d = 1\nexport { default as e } from "./e.ts"',
        'src/inbox/index.ts': "export { d } from './d.ts'\nexport const e = 1",
        'src/providers/index.ts': "import { d } from './d.ts'\nexport const providers = { d }",
      },
      finds: [
        'src/inbox/a.ts:1 is a default export',
        'src/inbox/b.ts:1 is a default export',
        'src/inbox/c.ts:2 is a default export',
        'src/inbox/index.ts:2 is more than a re-export',
      ],
    },
  ],
}

function isDefaultExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true
  if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined) {
    const clause = statement.exportClause
    return ts.isNamedExports(clause) && clause.elements.some(({ name }) => name.text === 'default')
  }
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false
}

function isReExport(statement: ts.Statement): boolean {
  return ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined
}

export const noAny: Rule = {
  says: 'no type is `any`',
  find: (files) => findNodes(files, ({ kind }) => kind === ts.SyntaxKind.AnyKeyword, 'says any'),
  proofs: [
    {
      what: 'any in an annotation and in a cast, but not as a word',
      sources: {
        'src/inbox/a.ts': 'let a: any[] = []',
        'src/inbox/b.ts': 'go(b as any)',
        'src/inbox/c.ts': "// any of them\ngo('any', list.any)",
      },
      finds: ['src/inbox/a.ts:1 says any', 'src/inbox/b.ts:1 says any'],
    },
  ],
}

export const noSkippedTests: Rule = {
  says: 'no test is skipped, and none runs alone',
  find: (files) => findNodes(files, isSkip, 'skips tests'),
  proofs: [
    {
      what: 'each way to leave a test out',
      sources: {
        'src/inbox/a.test.ts': "test.skip('a', go)\ndescribe.only('a', go)\nit.todo('a')",
        'src/inbox/b.test.ts': "test.skipIf(isRoot)('a', go)\ndescribe.runIf(isRoot)('a', go)",
        'src/inbox/c.test.ts': "test.each(list)('a', go)\nlist.skip(1)",
      },
      finds: [
        'src/inbox/a.test.ts:1 skips tests',
        'src/inbox/a.test.ts:2 skips tests',
        'src/inbox/a.test.ts:3 skips tests',
        'src/inbox/b.test.ts:1 skips tests',
        'src/inbox/b.test.ts:2 skips tests',
      ],
    },
  ],
}

function isSkip(node: ts.Node): boolean {
  if (!ts.isPropertyAccessExpression(node)) return false
  return (
    /^(skip|only|todo|skipIf|runIf)$/.test(node.name.text) &&
    /^(test|it|describe|suite|context|ctx)\b/.test(node.expression.getText())
  )
}

function findNodes(files: Files, isFound: (node: ts.Node) => boolean, says: string): string[] {
  const findings: string[] = []
  for (const source of parse(files).sources) {
    visit(source, (node) => {
      if (isFound(node)) findings.push(`${placeOf(node)} ${says}`)
    })
  }
  return findings
}
