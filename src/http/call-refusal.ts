/**
 * A refused or failed call as a problem document that SDKs understand as well: they look for a
 * member `error`, and some take an answer without one for a success, whatever its status.
 */
import { HooklineError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { BudgetSpent } from '../proxy/budget.ts'
import { refusal } from './auth/refusal.ts'
import { problemBody } from './problem.ts'

export function callRefusal(error: unknown, log: Log): Response {
  const { headers, status } = refusal(error, log)
  // The waiting time of wrong admin keys is not that of a budget.
  headers.delete('retry-after')
  if (error instanceof BudgetSpent) headers.set('retry-after', String(error.retryAfterSeconds))
  headers.set('cache-control', 'no-store')
  const problem =
    error instanceof HooklineError
      ? problemBody(error.code, error.message)
      : problemBody('internal', 'The call could not be made because of a fault in the server.')
  const { code, detail: message } = problem
  const body = { ...problem, error: { type: 'invalid_request_error', code, message } }
  return new Response(JSON.stringify(body), { status, headers })
}
