/** What the admin API refuses, as an error that carries the server's problem document. */
import type { Problem } from './wire.ts'

/** `code` and `detail` are the server's; each code is described in the error reference. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly problem: Problem
  readonly code: string
  readonly detail: string
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number

  constructor(problem: Problem, options?: ErrorOptions) {
    super(`${problem.code}: ${problem.detail}`, options)
    this.problem = problem
    this.code = problem.code
    this.detail = problem.detail
    this.status = problem.status
  }
}

/** The error for an answer that is not a success, or that is not JSON. */
export function toApiError(text: string, status: number, url: string): ApiError {
  return new ApiError(parseProblem(text, status) ?? unknownAnswer(status, url))
}

/** The error where no answer came at all, or none that is whole. */
export function unreachable(url: string, cause: unknown): ApiError {
  const detail =
    `${url} did not answer. The server is likely not running, or the address is ` +
    `another one. Start it with \`hookline dev\`, or check the base URL.`
  return new ApiError(problemOf(0, 'server_unreachable', 'The server does not answer', detail), {
    cause,
  })
}

function parseProblem(text: string, status: number): Problem | undefined {
  try {
    // Each checked below.
    const { type, title, code, detail } = Object(JSON.parse(text)) as Partial<Problem>
    if (typeof code !== 'string' || typeof detail !== 'string') return undefined
    return { type: type ?? 'about:blank', title: title ?? code, status, code, detail }
  } catch {
    return undefined
  }
}

function unknownAnswer(status: number, url: string): Problem {
  const detail =
    `${url} answered with ${status} and no problem document. Another program or a ` +
    `proxy likely answered. Check that the base URL is that of a Hookline server.`
  return problemOf(status, 'answer_unreadable', 'The answer is not understood', detail)
}

function problemOf(status: number, code: string, title: string, detail: string): Problem {
  return { type: 'about:blank', title, status, code, detail }
}
