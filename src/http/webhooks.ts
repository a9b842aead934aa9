/** `/webhooks/:source` for a standard Request; the Node adapter calls the inbox without one. */
import { type Answer, type Inbox, receive } from '../inbox/receive.ts'
import { readRequestBody } from './body.ts'
import { problem, problemBody } from './problem.ts'

export const webhooksPrefix = '/webhooks/'

/** The name in the path; what can not be decoded is the name of no source. */
export function sourceNameOf(pathname: string): string {
  const encoded = pathname.slice(webhooksPrefix.length)
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded
  }
}

export async function serveWebhook(inbox: Inbox, request: Request): Promise<Response> {
  const answer = await receive(inbox, {
    source: sourceNameOf(new URL(request.url).pathname),
    method: request.method,
    url: request.url,
    headers: [...request.headers],
    readBody: (bodyBytesMax) => readRequestBody(request, bodyBytesMax),
  })
  return toResponse(answer)
}

function toResponse(answer: Answer): Response {
  if (answer.kind === 'problem') {
    const { status, headers } = answer
    return problem(answer.code, answer.detail, { status, headers: withoutConnection(headers) })
  }
  const isEmpty = answer.status === 204 || answer.status === 304
  return new Response(isEmpty ? null : answer.body, {
    status: answer.status,
    headers: answer.headers,
  })
}

/** A standard Response has no say over its connection. */
function withoutConnection(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { connection: _, ...rest } = headers
  return rest
}

/** The same answer as status, headers and text, for the Node adapter. */
export function toParts(answer: Answer): {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
} {
  if (answer.kind === 'answer') return answer
  const body = problemBody(answer.code, answer.detail, answer.status)
  return {
    status: body.status,
    headers: { 'content-type': 'application/problem+json', ...answer.headers },
    body: JSON.stringify(body),
  }
}
