/** Apps that tell Hookline to keep what it stores for ever, or for longer than anybody looks. */
import { closeOf, readCode } from './code-text.ts'
import { type Finding, lineAt, newFinding } from './finding.ts'
import type { ProjectFile } from './project.ts'

/** Two years: longer than any provider lets a payment be disputed. */
const daysMax = 731

export function findEndlessRetention({ path, kind }: ProjectFile, text: string): Finding[] {
  const isApp = kind === 'source' && /\.[cm]?[jt]s$/.test(path) && /["']hookline["']/.test(text)
  if (!isApp) return []
  const { code, bare } = readCode(text)
  const begin = /\bretention\s*:\s*\{/.exec(bare)
  if (begin === null) return []
  const from = begin.index
  const option = code.slice(from, closeOf(bare, from + begin[0].length - 1))
  const fields = option.matchAll(/\b(eventsDays|dedupeKeysDays|changesDays)\s*:\s*([\w.]+)/g)
  return [...fields].flatMap(([, field = '', value = ''], count) => {
    const isEndless = /Infinity|MAX_(SAFE_INTEGER|VALUE)$/.test(value)
    if (!isEndless && !(Number(value.replaceAll('_', '')) > daysMax)) return []
    const what = `${field} is ${value}.`
    const place = { path, line: lineAt(text, from + option.indexOf(field)) }
    const identity = ['retention', path, field, String(count)]
    return [newFinding('retention-endless', place, { what, identity })]
  })
}
