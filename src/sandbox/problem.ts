/** Failures of the sandbox's own routes, as problem details. Specification: RFC 9457. */
import { errorText, HooklineError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'

export function problemResponse(thrown: unknown, log: Log): Response {
  const error = thrown instanceof HooklineError ? thrown : unexpected(thrown, log)
  const { code, status, title, message: detail } = error
  const body = { type: `urn:hookline:error:${code}`, title, status, code, detail }
  const headers = { 'Content-Type': 'application/problem+json' }
  return new Response(JSON.stringify(body), { status, headers })
}

function unexpected(thrown: unknown, log: Log): HooklineError {
  log.error('The sandbox failed to answer', { error: errorText(thrown) })
  const detail = 'The sandbox failed. It is a fault of its own. Its log says which.'
  return new HooklineError('internal', detail, { cause: thrown })
}
