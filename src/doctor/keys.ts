/** Keys that stand where others read them: in the code, and in what browsers are sent. */
import { type Finding, lineAt, newFinding } from './finding.ts'
import type { ProjectFile } from './project.ts'
import { findSecrets } from './secrets.ts'

/** More of them in one file are not told one by one. */
const findingsPerFileMax = 100

export function findKeysInFile({ path, kind }: ProjectFile, text: string): Finding[] {
  const rule = kind === 'bundle' ? 'key-in-bundle' : 'key-in-code'
  const where = kind === 'bundle' ? 'a file that browsers are sent' : 'the code'
  const found = new Map<string, Finding>()
  for (const { value, index, shown } of findSecrets(text)) {
    if (found.has(value)) continue
    if (found.size >= findingsPerFileMax) break
    const what = `${withArticle(shown)} stands in ${where}.`
    const place = { path, line: lineAt(text, index) }
    found.set(value, newFinding(rule, place, { what, identity: keyIdentity(value) }))
  }
  return [...found.values()]
}

/** A key is the same in the code, in a bundle and in the history. */
export function keyIdentity(value: string): string[] {
  return ['key', value]
}

/** `An OpenAI key`, `A Stripe key`. */
export function withArticle(name: string): string {
  if (/^An? /.test(name)) return name
  return `${/^[AEIO]/.test(name) ? 'An' : 'A'} ${name}`
}
