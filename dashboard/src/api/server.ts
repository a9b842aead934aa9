/** The server of this page, by its own client. The session's cookie says who asks. */
import { connect } from 'hookline/client'
import { ApiError, admin } from 'hookline/client/admin'

export const api = admin('')
export const line = connect('')

/** What an error means for the person at the page: the server's own sentences. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) return error.detail
  return error instanceof Error ? error.message : String(error)
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401
}

export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404
}
