/**
 * Text never becomes markup: what strangers sent is shown as text, so no source may hand a string
 * to the browser as HTML. The page's policy refuses it as well, in the browsers that know how.
 */
import ts from 'typescript'
import { parse, placeOf, visit } from './parse.ts'
import type { Rule } from './rule.ts'

const members = [
  'innerHTML',
  'outerHTML',
  'insertAdjacentHTML',
  'createContextualFragment',
  'setHTMLUnsafe',
  'dangerouslySetInnerHTML',
  'srcdoc',
  'srcDoc',
]

export const noMarkupOfText: Rule = {
  says: 'no source of a page makes markup of text',
  find: (files) => {
    const findings: string[] = []
    for (const source of parse(files).sources) {
      if (!/^(dashboard|src)\//.test(source.fileName)) continue
      visit(source, (node) => {
        const name = nameOf(node)
        if (name !== undefined && members.includes(name)) {
          findings.push(`${placeOf(node)} makes markup of text by ${name}`)
        }
      })
    }
    return findings
  },
  proofs: [
    {
      what: 'each way to it, but not the word',
      sources: {
        'dashboard/src/a.tsx': 'element.innerHTML = text',
        'dashboard/src/b.tsx': 'const b = <p dangerouslySetInnerHTML={{ __html: text }} />',
        'dashboard/src/c.tsx': "element['outerHTML'] = text\nelement.textContent = 'innerHTML'",
        'dashboard/src/d.tsx': 'const d = { dangerouslySetInnerHTML: { __html: text } }',
        'examples/shop/e.ts': 'element.innerHTML = text',
      },
      finds: [
        'dashboard/src/a.tsx:1 makes markup of text by innerHTML',
        'dashboard/src/b.tsx:1 makes markup of text by dangerouslySetInnerHTML',
        'dashboard/src/c.tsx:1 makes markup of text by outerHTML',
        'dashboard/src/d.tsx:1 makes markup of text by dangerouslySetInnerHTML',
      ],
    },
  ],
}

/** The name of the member that a node reads, writes or sets. */
function nameOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return node.argumentExpression.text
  }
  if (ts.isJsxAttribute(node) || ts.isPropertyAssignment(node)) return node.name.getText()
  return undefined
}
