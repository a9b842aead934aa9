/** Reads members of answers from outside, which may be anything. */
import { valueAt } from '../../base/json.ts'

const typesMax = 1_000

/** Text, or a number as text; undefined for anything else. */
export function textAt(answer: unknown, path: string): string | undefined {
  const value = valueAt(answer, path)
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value : undefined
}

/** The texts of a list, or the texts at a member of its items. */
export function textsAt(answer: unknown, path: string, member?: string): string[] {
  const value = valueAt(answer, path)
  if (!Array.isArray(value)) return []
  return value.slice(0, typesMax).flatMap((item) => {
    const text: unknown = member === undefined ? item : valueAt(item, member)
    return typeof text === 'string' ? [text] : []
  })
}
