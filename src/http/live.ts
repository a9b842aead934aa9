/** `GET /live/<path>`: the stream of a document or of all below a path, or its current state. */
import { createHash } from 'node:crypto'
import { HooklineError } from '../base/errors.ts'
import { adminReader, mayRead, type Reader, readToken } from '../realtime/access.ts'
import { type BeginStream, openStream, readableStream, readSnapshot } from '../realtime/stream.ts'
import { isDocumentPath } from '../storage/document-path.ts'
import type { Snapshot } from '../storage/storage.ts'
import { refusal } from './auth/refusal.ts'
import { authenticate } from './auth.ts'
import { problem } from './problem.ts'
import type { Served } from './served.ts'

export const livePrefix = '/live/'

/** Pages of any origin may read with a token; a cookie is never sent along to them. */
const crossOrigin = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'etag',
}
const preflight = {
  'access-control-allow-methods': 'GET',
  'access-control-allow-headers': 'authorization, last-event-id, if-none-match, cache-control',
  'access-control-max-age': '86400',
}

/** Of a stream. */
export const streamHeaders = {
  ...crossOrigin,
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  // Some proxies collect a response before they pass it on.
  'x-accel-buffering': 'no',
}

export async function serveLive(served: Served, request: Request): Promise<Response> {
  const answer = await answerLive(served, request)
  if (answer instanceof Response) return answer
  return new Response(readableStream(answer), { headers: streamHeaders })
}

/** What is no stream is an answer already. */
export async function answerLive(
  served: Served,
  request: Request,
): Promise<Response | BeginStream> {
  const answer = await respond(served, request).catch((error) => refusal(error, served.log))
  if (!(answer instanceof Response)) return answer
  // On errors too: a page of another origin could not tell an expired token from a lost connection.
  for (const [name, value] of Object.entries(crossOrigin)) answer.headers.set(name, value)
  return answer
}

async function respond(served: Served, request: Request): Promise<Response | BeginStream> {
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: preflight })
  if (request.method !== 'GET') {
    const detail = 'A live path is read with GET. Documents are written by handlers.'
    return problem('method_not_allowed', detail, { headers: { allow: 'GET, OPTIONS' } })
  }
  const url = new URL(request.url)
  const path = livePathOf(url.pathname)
  const reader = await readerOf(served, request, url)
  if (!mayRead(reader, path)) throw forbidden()
  const wantsStream = request.headers.get('accept')?.includes('text/event-stream')
  return wantsStream
    ? await streamOf(served, request, { path, reader })
    : currentState(await readSnapshot(served.storage, path), request)
}

function livePathOf(pathname: string): string {
  const segments = pathname.slice(livePrefix.length).split('/')
  const isBelow = segments.at(-1) === ''
  if (isBelow) segments.pop()
  const decoded = segments.map(decodeSegment)
  const path = decoded.join('/')
  if (decoded.some((segment) => segment.includes('/')) || !isDocumentPath(path)) {
    throw new HooklineError(
      'document_path_invalid',
      'This is not a live path. /live/users/u_1 is one document, /live/users/ is all below.',
    )
  }
  return isBelow ? `${path}/` : path
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}

/**
 * A stream of an admin ends after this time, and the client comes back to where it was: so that
 * one whose session or key is over hears no more.
 */
export const adminStreamMs = 10 * 60_000

async function readerOf(served: Served, request: Request, url: URL): Promise<Reader> {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  const token = bearer ?? url.searchParams.get('token')
  // A client token has two full stops; an admin key has none.
  if (token?.split('.').length === 3) return await readToken(served.access, token)
  if (await authenticate(served, request)) {
    return { ...adminReader, expiresAt: served.clock.now() + adminStreamMs }
  }
  return await readToken(served.access, '')
}

/** The same words whether or not there is something to read. */
function forbidden(): HooklineError {
  return new HooklineError(
    'token_forbidden',
    'The token does not allow this path. Its read patterns do not cover it. Ask your server for ' +
      'a token that does.',
  )
}

async function streamOf(
  { hub, clock, random }: Served,
  request: Request,
  { path, reader }: { path: string; reader: Reader },
): Promise<BeginStream> {
  const lastEventId = request.headers.get('last-event-id') ?? undefined
  return await openStream({ hub, path, reader, lastEventId, clock, random })
}

function currentState({ cursor, documents }: Snapshot, request: Request): Response {
  const versions = documents.map(({ path, version }) => `${path} ${version}`).join('\n')
  const etag = `"${createHash('sha256').update(versions).digest('base64url').slice(0, 22)}"`
  const headers = { etag, 'cache-control': 'no-cache' }
  if (request.headers.get('if-none-match') === etag)
    return new Response(null, { status: 304, headers })
  const shown = documents.map(({ path, data, version }) => ({ path, data, version }))
  return Response.json({ cursor, documents: shown }, { headers })
}
