/** What a request on one document says: which path, which data, which version it expects. */
import { HooklineError } from '../../base/errors.ts'
import type { JsonObject } from '../../base/json.ts'
import { documentBytesMax, isDocumentPath } from '../../storage/document-path.ts'
import { apiPath } from './router.ts'

const prefix = `${apiPath}/documents/`

/**
 * Decoded name by name: decoded as a whole, `a%2Fb` would become two names.
 * @throws HooklineError `document_path_invalid`.
 */
export function documentPathIn(url: string): string {
  const names = new URL(url).pathname.slice(prefix.length).split('/').map(decodeName)
  const path = names.join('/')
  if (names.every((name) => !name.includes('/')) && isDocumentPath(path)) return path
  throw new HooklineError(
    'document_path_invalid',
    'This is not a document path. A name in it is likely empty, or has a character that names ' +
      'do not have. Write it as /documents/users/u_1, each name percent-encoded.',
  )
}

/** Empty, which no name is, where it can not be decoded. */
function decodeName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return ''
  }
}

/**
 * The version in `If-Match`, as an entity tag or bare; 0 is that of a document that does not exist.
 * @throws HooklineError `payload_invalid`.
 */
export function versionAsked(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const [, quoted, bare] = /^(?:"(\d{1,15})"|(\d{1,15}))$/.exec(header.trim()) ?? []
  const version = quoted ?? bare
  if (version !== undefined) return Number(version)
  throw new HooklineError(
    'payload_invalid',
    'The header If-Match is not a version. It was likely written for another server. Send the ' +
      'ETag of the document as it came, such as "3", or 0 for one that must not exist yet.',
  )
}

/** @throws HooklineError `document_too_large`. */
export function checkDocumentBytes(data: JsonObject): void {
  if (Buffer.byteLength(JSON.stringify(data)) <= documentBytesMax) return
  throw new HooklineError(
    'document_too_large',
    `The document would be over ${documentBytesMax} bytes. A list inside it likely grew. ` +
      'Split it into several paths.',
  )
}
