/**
 * src/base/errors.ts and docs/reference/errors.md tell of the same codes, with the same status and
 * title, and each is described in the three parts that its message has too.
 */
import ts from 'typescript'
import { parse, visit } from './parse.ts'
import type { Files, Rule } from './rule.ts'

const declarationsPath = 'src/base/errors.ts'
const docsPath = 'docs/reference/errors.md'
const parts = ['What happened.', 'Likely why.', 'What to do.']

const declared = (codes: string) => `export const errorCodes = { ${codes} } as const`
const section = (head: string) => `## ${head}\n\n${parts.map((part) => `**${part}** x`).join('\n')}`

export const describedErrors: Rule = {
  says: 'the error codes and their documentation are the same, both ways',
  find: findDifferences,
  proofs: [
    {
      what: 'a code that is not described, and a description without a code',
      sources: {
        [declarationsPath]: declared("gone: [404, 'Gone'], full: [507, 'Full']"),
        [docsPath]: `${section('full\n\n507: Full')}\n\n${section('lost\n\n404: Lost')}`,
      },
      finds: [
        `${docsPath} does not describe gone`,
        `${docsPath} describes lost, which is no error code`,
      ],
    },
    {
      what: 'another status, a part that is missing, and a code described twice',
      sources: {
        [declarationsPath]: declared("gone: [404, 'Gone'], full: [507, 'Full']"),
        [docsPath]: `${section('gone\n\n410: Gone')}\n\n## full\n\n507: Full\n\n## full`,
      },
      finds: [
        `${docsPath} describes full 2 times`,
        `${docsPath}: gone does not begin with '404: Gone'`,
        `${docsPath}: full lacks '**What happened.**'`,
        `${docsPath}: full lacks '**Likely why.**'`,
        `${docsPath}: full lacks '**What to do.**'`,
      ],
    },
    {
      what: 'nothing where both tell the same',
      sources: {
        [declarationsPath]: declared("gone: [404, 'Gone']"),
        [docsPath]: `# Errors\n\nAll of them.\n\n${section('gone\n\n404: Gone')}`,
      },
      finds: [],
    },
  ],
}

function findDifferences(files: Files): string[] {
  const codes = readCodes(files)
  const sections = readSections(files.get(docsPath) ?? '')
  const count = (code: string) => sections.filter((described) => described.code === code).length
  const missing = [...codes.keys()].filter((code) => count(code) === 0)
  const repeated = [...codes.keys()].filter((code) => count(code) > 1)
  const unknown = sections.filter(({ code }) => !codes.has(code))
  return [
    ...missing.map((code) => `${docsPath} does not describe ${code}`),
    ...unknown.map(({ code }) => `${docsPath} describes ${code}, which is no error code`),
    ...repeated.map((code) => `${docsPath} describes ${code} ${count(code)} times`),
    ...[...codes].flatMap(([code, head]) => faultsOf(code, head, sections)),
  ]
}

interface Section {
  readonly code: string
  readonly text: string
}

function faultsOf(code: string, head: string, sections: readonly Section[]): string[] {
  const text = sections.find((described) => described.code === code)?.text
  if (text === undefined) return []
  const isHeaded = text.split('\n')[0] === head
  const lacking = parts.filter((part) => !text.includes(`**${part}** `))
  return [
    ...(isHeaded ? [] : [`${docsPath}: ${code} does not begin with '${head}'`]),
    ...lacking.map((part) => `${docsPath}: ${code} lacks '**${part}**'`),
  ]
}

function readSections(markdown: string): Section[] {
  const [, ...texts] = `\n${markdown}`.split(/\n## /)
  return texts.map((text) => {
    const [code = '', ...rest] = text.split('\n')
    return { code: code.trim(), text: rest.join('\n').trim() }
  })
}

/** Code -> the line its section begins with, `404: Nothing is here`. */
function readCodes(files: Files): ReadonlyMap<string, string> {
  const codes = new Map<string, string>()
  const source = parse(files).sources.find(({ fileName }) => fileName === declarationsPath)
  if (source === undefined) return codes
  visit(source, (node) => {
    if (!ts.isPropertyAssignment(node) || !ts.isArrayLiteralExpression(node.initializer)) return
    const [status, title] = node.initializer.elements
    if (status === undefined || title === undefined || !ts.isStringLiteralLike(title)) return
    codes.set(node.name.getText(), `${status.getText()}: ${title.text}`)
  })
  return codes
}
