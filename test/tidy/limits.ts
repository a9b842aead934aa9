/** The limits of the house style: lines in a file, lines in a function, columns in a line. */
import ts from 'typescript'
import { isTest } from './arrows.ts'
import { isTypeScript, parse, placeOf, visit } from './parse.ts'
import { type Files, pathsOf, type Rule } from './rule.ts'

export const fileLinesMax = 400
export const functionLinesMax = 70
export const columnsMax = 100

/** A longer word (a URL, a signature, a certificate) can not be broken, so its line is let pass. */
const wordCharactersMax = 60

export const shortFiles: Rule = {
  says: `a file has at most ${fileLinesMax} lines`,
  find: (files) =>
    pathsOf(files, isTypeScript).flatMap((path) => {
      const lines = linesOf(files, path).length
      return lines > fileLinesMax ? [`${path} has ${lines} lines`] : []
    }),
  proofs: [
    {
      what: 'the line that is one too many',
      sources: {
        'src/inbox/a.ts': 'go()\n'.repeat(fileLinesMax),
        'src/inbox/b.ts': 'go()\n'.repeat(fileLinesMax + 1),
      },
      finds: ['src/inbox/b.ts has 401 lines'],
    },
  ],
}

function linesOf(files: Files, path: string): string[] {
  return (files.get(path) ?? '').replace(/\n$/, '').split('\n')
}

export const shortFunctions: Rule = {
  says: `a function has at most ${functionLinesMax} lines`,
  find: (files) => {
    const findings: string[] = []
    for (const source of parse(files).sources) {
      visit(source, (node) => {
        if (!ts.isFunctionLike(node) || isListOfTests(node)) return
        const lines = lineCount(node)
        if (lines > functionLinesMax) {
          findings.push(`${placeOf(node)} begins a function of ${lines} lines`)
        }
      })
    }
    return findings
  },
  proofs: [
    {
      what: 'a function and a method that are a line too long',
      sources: {
        'src/inbox/a.ts': `function a() {\n${'go()\n'.repeat(functionLinesMax - 2)}}`,
        'src/inbox/b.ts': `function b() {\n${'go()\n'.repeat(functionLinesMax - 1)}}`,
        'src/inbox/c.ts': `go()\nclass C {\n  run() {\n${'go()\n'.repeat(69)}}\n}`,
      },
      finds: [
        'src/inbox/b.ts:1 begins a function of 71 lines',
        'src/inbox/c.ts:3 begins a function of 71 lines',
      ],
    },
    {
      what: 'a long test, but not the long list that it stands in',
      sources: {
        'src/inbox/a.test.ts': `describe('a', () => {\n${"test('b', () => {})\n".repeat(80)}})`,
        'src/inbox/b.test.ts': `describe(() => {\ntest('b', () => {\n${'go()\n'.repeat(80)}})\n})`,
      },
      finds: ['src/inbox/b.test.ts:2 begins a function of 82 lines'],
    },
  ],
}

function lineCount(node: ts.Node): number {
  const source = node.getSourceFile()
  const begin = source.getLineAndCharacterOfPosition(node.getStart(source)).line
  return source.getLineAndCharacterOfPosition(node.end).line - begin + 1
}

/** A function in a test that declares tests is a list of them: each counts for itself. */
function isListOfTests(node: ts.Node): boolean {
  if (!isTest(node.getSourceFile().fileName)) return false
  let isList = false
  visit(node, (inner) => {
    if (ts.isCallExpression(inner) && /^(describe|test|it)\b/.test(inner.expression.getText())) {
      isList = true
    }
  })
  return isList
}

export const shortLines: Rule = {
  says: `a line has at most ${columnsMax} columns`,
  find: (files) =>
    pathsOf(files, isTypeScript).flatMap((path) =>
      linesOf(files, path).flatMap((line, i) =>
        isTooWide(line) ? [`${path}:${i + 1} has ${[...line].length} columns`] : [],
      ),
    ),
  proofs: [
    {
      what: 'a long comment, but neither a URL nor a word that can not be broken',
      sources: {
        'src/inbox/a.ts': `// ${'a '.repeat(48)}b`,
        'src/inbox/b.ts': `go()\n// ${'a '.repeat(50)}`,
        'src/inbox/c.ts': `// https://example.com/${'a/'.repeat(60)}`,
        'src/inbox/d.ts': `const signature = '${'a'.repeat(100)}'`,
      },
      finds: ['src/inbox/b.ts:2 has 103 columns'],
    },
  ],
}

function isTooWide(line: string): boolean {
  if ([...line].length <= columnsMax || line.includes('://')) return false
  return !line.split(/\s+/).some((word) => word.length > wordCharactersMax)
}
