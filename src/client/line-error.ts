/**
 * What ends a watch, a wait or an iteration. A lost connection is none of these: it is made
 * again.
 */
import type { Problem } from './wire.ts'

export type LineErrorCode =
  | 'path_invalid'
  | 'token_invalid'
  | 'token_forbidden'
  | 'not_found'
  | 'request_refused'
  | 'stream_unreadable'
  | 'wait_timed_out'

/** The message says what happened, likely why, and what to do. It never holds the token. */
export class LineError extends Error {
  override readonly name = 'LineError'
  readonly code: LineErrorCode
  /** The HTTP status, where the server answered with one. */
  readonly status: number | undefined

  constructor(code: LineErrorCode, message: string, options?: ErrorOptions & { status?: number }) {
    super(`${code}: ${message}`, options)
    this.code = code
    this.status = options?.status
  }
}

/** Statuses that another try can change; every other 4xx would be the same again. */
const passingStatuses = [408, 425, 429]

/**
 * True where the server may well answer later: it is overloaded, restarting or behind a broken
 * proxy.
 */
export function isPassing(status: number): boolean {
  return status >= 500 || passingStatuses.includes(status)
}

/** The error for an answer that will not get better by asking again. */
export async function refusal(response: Response, path: string): Promise<LineError> {
  const { status } = response
  const [code, why] = reasons(status, path)
  const said = await problemDetail(response)
  return new LineError(code, `'${path}' was answered with ${status}${said}. ${why}`, { status })
}

function reasons(status: number, path: string): [code: LineErrorCode, why: string] {
  if (status === 401) return ['token_invalid', tokenInvalid]
  if (status === 403) return ['token_forbidden', tokenForbidden(path)]
  if (status === 404) return ['not_found', notFound]
  return ['request_refused', requestRefused]
}

const tokenInvalid =
  'The token has likely expired or was made by another server. Make a new one with ' +
  '`app.token()`, or give `connect` a function, so that it can fetch one itself.'

const tokenForbidden = (path: string) =>
  `The token's \`read\` list likely does not hold this path. Make a token with \`read: ` +
  `['${path}${path.endsWith('/') ? '**' : ''}']\`.`

const notFound =
  'The base URL is likely not that of a Hookline server. Give `connect` the URL under which ' +
  '`/healthz` answers.'

const requestRefused =
  'The path is likely not one that the server takes. Check the path, and that client and server ' +
  'are of one version.'

async function problemDetail(response: Response): Promise<string> {
  try {
    // Read as text below, whatever it is.
    const { detail } = (await response.json()) as Partial<Problem>
    return detail === undefined ? '' : ` (${String(detail).replace(/\.$/, '')})`
  } catch {
    return '' // The answer is not a problem document, and the status says enough.
  }
}
