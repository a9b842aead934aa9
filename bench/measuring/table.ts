/**
 * Figures as text: Markdown tables for people, JSON for programs, and a table put into a document.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Spread } from './alternate.ts'

/** @param rows one cell per heading. The first column is text, the others are figures. */
export function markdownTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = headings.map((_, column) => (column === 0 ? '---' : '--:'))
  return [headings, rule, ...rows].map(line).join('\n')
}

/** `12,300 (11,000-13,100)`: the median, then the least and the most of all rounds. */
export function spreadText({ median, min, max }: Spread): string {
  return `${figure(median)} (${figure(min)}-${figure(max)})`
}

/** Three digits that count, thousands apart. */
export function figure(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
  return value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
}

export function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->` in a document. */
export function writeBetweenMarkers(file: string, name: string, content: string): void {
  writeFileSync(file, betweenMarkers(readFileSync(file, 'utf8'), name, content))
}

export function betweenMarkers(text: string, name: string, content: string): string {
  const [before, inside, ...rest] = text.split(`<!-- ${name} -->`)
  const [replaced, after, ...more] = (inside ?? '').split(`<!-- /${name} -->`)
  if (replaced === undefined || after === undefined || rest.length > 0 || more.length > 0) {
    throw new Error(
      `The document has no single pair of markers <!-- ${name} --> and <!-- /${name} -->. ` +
        'Put both on lines of their own where the table belongs.',
    )
  }
  return `${before}<!-- ${name} -->\n${content.trim()}\n<!-- /${name} -->${after}`
}
