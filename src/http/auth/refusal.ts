/** A failure as a response, with the header that HTTP asks for where somebody is not let in. */
import type { Log } from '../../base/log.ts'
import { problemOf } from '../problem.ts'
import { wrongKeyEveryMs } from './admin-key.ts'

export function refusal(error: unknown, log: Log): Response {
  const response = problemOf(error, log)
  // https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2
  if (response.status === 401) response.headers.set('www-authenticate', 'Bearer')
  if (response.status === 429) response.headers.set('retry-after', String(wrongKeyEveryMs / 1000))
  return response
}
