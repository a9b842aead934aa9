/** The code that a page shows, by what stands beside its language: ```` ```ts file=a.ts ````. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root: string = join(import.meta.dirname, '../..')

export interface CodeBlock {
  readonly language: string
  /** What follows the language, such as `file=a.ts`. */
  readonly label: string
  readonly code: string
}

export function codeBlocks(page: string): CodeBlock[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8')
  return [...text.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', label = '', code = '']) => ({ language, label, code }),
  )
}

/** @throws where the page has no such block, or several. */
export function codeBlock(page: string, label: string): string {
  const found = codeBlocks(page).filter((block) => block.label === label)
  const [block] = found
  if (!block || found.length > 1) throw new Error(`${page} has ${found.length} blocks ${label}.`)
  return block.code
}
