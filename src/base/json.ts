/** JSON values, and reading inside values that come from outside. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** Parses, or gives undefined where the text is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json // JSON.parse makes nothing that is not Json
  } catch {
    return undefined
  }
}

/** The value at a dotted path, own properties only: `__proto__` and `constructor` lead nowhere. */
export function valueAt(value: unknown, path: string): unknown {
  let current = value
  for (const key of path.split('.')) {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, key)) {
      return undefined
    }
    current = (current as Record<string, unknown>)[key] // an object, by the line above
  }
  return current
}
