/** What a document path may be: `users/u_1`. Checked where it enters, trusted afterwards. */
import { HooklineError } from '../base/errors.ts'

export const documentPathCharactersMax = 512
export const documentBytesMax = 262_144
/** Paths below it are Hookline's own: its events and deliveries in the change log. */
export const reservedPrefix = 'hookline/'

/**
 * Letters, digits and what ids are usually made of; no `*`, which patterns use, and no control
 * characters.
 */
const segmentPattern = /^[\p{L}\p{N}_\-.~@:+=,$!']+$/u

/** @throws HooklineError `document_path_invalid` or `document_path_reserved`. */
export function checkDocumentPath(path: unknown): string {
  if (typeof path !== 'string' || !isDocumentPath(path)) {
    throw new HooklineError(
      'document_path_invalid',
      `${JSON.stringify(path)?.slice(0, 120)} is not a document path. Paths are names joined by ` +
        `'/', such as ` +
        `users/u_1: letters, digits and _-.~@:+=,$!' in each, ${documentPathCharactersMax} ` +
        `characters in all.`,
    )
  }
  if (path.startsWith(reservedPrefix)) {
    throw new HooklineError(
      'document_path_reserved',
      `Paths below '${reservedPrefix}' belong to Hookline and can be read only. Choose another ` +
        `first name.`,
    )
  }
  return path
}

export function isDocumentPath(path: string): boolean {
  if (path.length === 0 || path.length > documentPathCharactersMax) return false
  return path
    .split('/')
    .every((segment) => segmentPattern.test(segment) && segment !== '.' && segment !== '..')
}
