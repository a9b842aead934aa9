/** The allow-list of an API: which methods and paths its callers may use. All else is refused. */

export const callMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

export interface Rule {
  readonly method: string
  /** `*` stands for one part of any text. */
  readonly segments: readonly string[]
  /** Ended in `**`: one part or more may follow. */
  readonly isDeep: boolean
}

/** @returns undefined where the text is no rule such as `POST /v1/chat/completions`. */
export function parseRule(text: string): Rule | undefined {
  const [, method = '', path = ''] = /^([A-Z]+) \/([^\s?#%\\]*)$/.exec(text) ?? []
  if (!callMethods.includes(method)) return undefined
  const segments = path.split('/')
  const isDeep = segments.at(-1) === '**'
  if (isDeep) segments.pop()
  return segments.every(isPlain) ? { method, segments, isDeep } : undefined
}

/** As it is written in `allow`. */
export function ruleText({ method, segments, isDeep }: Rule): string {
  return `${method} /${[...segments, ...(isDeep ? ['**'] : [])].join('/')}`
}

function isPlain(segment: string, i: number, { length }: readonly string[]): boolean {
  if (segment === '') return i === length - 1
  if (segment === '.' || segment === '..') return false
  return segment === '*' || !segment.includes('*')
}

/** @param segments decoded, as `readTarget` gives them. */
export function isAllowed(
  rules: readonly Rule[],
  method: string,
  segments: readonly string[],
): boolean {
  return rules.some((rule) => rule.method === method && covers(rule, segments))
}

function covers({ segments: fixed, isDeep }: Rule, segments: readonly string[]): boolean {
  const isRightLength = isDeep ? segments.length > fixed.length : segments.length === fixed.length
  if (!isRightLength) return false
  return fixed.every((part, i) => (part === '*' ? segments[i] !== '' : part === segments[i]))
}
