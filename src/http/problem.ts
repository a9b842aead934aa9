/** Failures as problem details. Specification: RFC 9457. */
import { type ErrorCode, errorCodes, errorText, HooklineError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'

export interface ProblemOptions {
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
}

export function problemBody(code: ErrorCode, detail: string, status?: number): ProblemBody {
  const [usualStatus, title] = errorCodes[code]
  return { type: `urn:hookline:error:${code}`, title, status: status ?? usualStatus, code, detail }
}

export function problem(code: ErrorCode, detail: string, options: ProblemOptions = {}): Response {
  const body = problemBody(code, detail, options.status)
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { 'content-type': 'application/problem+json', ...options.headers },
  })
}

/** The text of an unexpected error goes to the log, never to the caller. */
export function problemOf(error: unknown, log: Log): Response {
  if (error instanceof HooklineError) return problem(error.code, error.message)
  log.error('a request could not be answered', { error: errorText(error) })
  return problem(
    'internal',
    'The request could not be answered because of a fault in the server. The log has it.',
  )
}
