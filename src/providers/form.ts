/**
 * Bodies of `application/x-www-form-urlencoded`, read strictly: what could be read in two ways, or
 * is not written as a form at all, such as JSON, is no form.
 */
import type { JsonObject } from '../base/json.ts'

/**
 * What an encoder leaves as it is. Quotes, braces, spaces and all beyond ASCII are always encoded.
 */
const formText = /^[\w\-.~!$'()*+,;:@/?%=&[\]]*$/

/**
 * The fields in order, repeats kept; undefined where the text is no form. None in an empty text.
 */
export function readForm(text: string): [name: string, value: string][] | undefined {
  if (text === '') return []
  if (!formText.test(text)) return undefined
  const fields: [string, string][] = []
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=')
    const name = decodeField(pair.slice(0, equals))
    const value = decodeField(pair.slice(equals + 1))
    if (equals < 1 || name === undefined || value === undefined) return undefined
    fields.push([name, value])
  }
  return fields
}

/** The fields as a payload; a name that comes several times has a list of its values. */
export function parseForm(text: string): JsonObject | undefined {
  const fields = readForm(text)
  return (
    fields &&
    Object.fromEntries(
      [...groupFields(fields)].map(([name, values]) => {
        const [first = '', ...others] = values
        return [name, others.length === 0 ? first : values]
      }),
    )
  )
}

/** All values of each name. */
export function groupFields(fields: readonly (readonly [string, string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const [name, value] of fields) groups.set(name, [...(groups.get(name) ?? []), value])
  return groups
}

/** Undefined where an escape is cut off or does not make UTF-8. */
function decodeField(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
