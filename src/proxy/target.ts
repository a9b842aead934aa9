/**
 * The path of a call, read once: what is judged is what is sent. Refused is every path that two
 * readers could take for two different ones.
 */
import { HooklineError } from '../base/errors.ts'

export interface Target {
  /** Decoded, without `.` and `..`; a trailing slash is a last part that is empty. */
  readonly segments: readonly string[]
  /** Encoded in one way, whatever way the caller took. */
  readonly path: string
  /** With its question mark; empty where there is none. */
  readonly search: string
}

export const pathCharactersMax = 2_048
export const queryCharactersMax = 8_192

/** Names in a query by which some servers take another method than the request has. */
const methodOverrides = ['_method', 'x-http-method-override', 'x-method-override']

/**
 * @param path as it came, encoded, with its first slash.
 * @throws HooklineError `call_path_invalid`.
 */
export function readTarget(path: string, search: string): Target {
  if (path.length > pathCharactersMax) throw invalid('it is too long')
  if (!path.startsWith('/')) throw invalid('it does not begin with a slash')
  // Before anything is decoded: a URL parser takes one for a slash, a server may not.
  if (path.includes('\\')) throw invalid('it has a backslash')
  const segments = path.slice(1).split('/').map(decodeSegment)
  segments.forEach((segment, i) => {
    const isTrailing = segment === '' && i > 0 && i === segments.length - 1
    const fault = isTrailing ? undefined : faultOf(segment)
    if (fault) throw invalid(fault)
  })
  checkSearch(search)
  return { segments, path: `/${segments.map(encodeSegment).join('/')}`, search }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw invalid('it has a percent sign that encodes nothing')
  }
}

function faultOf(segment: string): string | undefined {
  if (segment === '') return 'it has an empty part'
  if (/[/\\]/.test(segment)) return 'it has an encoded slash or backslash'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f-\u009f]/.test(segment)) return 'it has a control character'
  // Servers that decode twice would see another path. `..;` is `..` to some of them.
  if (/%[0-9a-f]{2}/i.test(segment)) return 'it is encoded twice'
  if (/^\.{1,2}(;|$)/.test(segment)) return "it has a part that is '.' or '..'"
  return segment === segment.normalize('NFKC') ? undefined : 'it has letters of two readings'
}

/** As `encodeURIComponent`, but for the characters that mean the same either way in a path. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/%(?:3A|40|24|2C|2B|3D)/g, decodeURIComponent)
}

function checkSearch(search: string): void {
  if (search.length > queryCharactersMax) throw invalid('its query is too long')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\s\u0000-\u001f\u007f#\\]/.test(search)) throw invalid('its query is not encoded')
  for (const name of new URLSearchParams(search).keys()) {
    if (methodOverrides.includes(name.toLowerCase())) throw invalid('its query names a method')
  }
}

function invalid(why: string): HooklineError {
  return new HooklineError(
    'call_path_invalid',
    `The path of the call is refused: ${why}. It was likely put together from text that came ` +
      'from outside. Encode each part of the path once, and leave out what is not part of it.',
  )
}
