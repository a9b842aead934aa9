/** `/documents`: reading and writing documents by hand, with versions so that no write is lost. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import { HooklineError } from '../../base/errors.ts'
import type { JsonObject } from '../../base/json.ts'
import type * as wire from '../../client/wire.ts'
import { checkDocumentPath, isDocumentPath } from '../../storage/document-path.ts'
import type { Document, Storage } from '../../storage/storage.ts'
import type { Served } from '../served.ts'
import { checkDocumentBytes, documentPathIn, versionAsked } from './document-request.ts'
import { timestamp } from './fields.ts'
import { bodyInvalid } from './json-body.ts'
import { limit, listOf, toList, toPage } from './page.ts'
import { type ApiRouter, json, jsonBody, problemAnswer, refusals, strict } from './router.ts'

const tags = ['Documents']
/** One parameter of many names. OpenAPI can not write that, and gets the usual form. */
const routedPath = '/documents/:path{.+}'
const describedPath = '/documents/{path}'

const data = z
  .custom<JsonObject>(isJsonObject, 'is not a JSON object')
  .openapi({ type: 'object', additionalProperties: true })

const documentView = z
  .object({ path: z.string(), data, version: z.int(), updatedAt: timestamp })
  .openapi('Document') satisfies z.ZodType<wire.DocumentView>

const params = z.object({
  path: z.string().openapi({ description: 'Names joined by `/`.', example: 'users/u_1' }),
})
const headers = z.object({
  'if-match': z.string().optional().openapi({ description: 'The version that is expected.' }),
})
const unknown = { 404: problemAnswer('There is no document.') }
const otherVersion = { 412: problemAnswer('The document has another version.') }

const list = createRoute({
  method: 'get',
  path: '/documents',
  tags,
  summary: 'Documents in path order',
  request: {
    query: strict({
      prefix: z.string().refine(isPrefix, 'is not the beginning of a document path').optional(),
      limit,
      cursor: z.string().refine(isDocumentPath, 'is not the `next` of a list').optional(),
    }),
  },
  responses: { 200: json(listOf(documentView), 'A page of documents.'), ...refusals },
})

const read = createRoute({
  method: 'get',
  path: routedPath,
  hide: true,
  tags,
  summary: 'One document',
  request: { params, query: strict({}) },
  responses: { 200: json(documentView, 'The document.'), ...unknown, ...refusals },
})

const write = createRoute({
  method: 'put',
  path: routedPath,
  hide: true,
  tags,
  summary: 'Set a document; the body is its data',
  request: { params, headers, query: strict({}), body: jsonBody(data) },
  responses: {
    200: json(documentView, 'The document as it is now.'),
    ...otherVersion,
    413: problemAnswer('The document would be too large.'),
    ...refusals,
  },
})

const remove = createRoute({
  method: 'delete',
  path: routedPath,
  hide: true,
  tags,
  summary: 'Delete a document',
  request: { params, headers, query: strict({}) },
  responses: { 204: { description: 'It is gone.' }, ...unknown, ...otherVersion, ...refusals },
})

export function addDocuments(router: ApiRouter, { storage }: Served): void {
  for (const route of [read, write, remove]) {
    router.openAPIRegistry.registerPath({ ...route, path: describedPath })
  }
  router.openapi(list, async (context) => {
    const query = context.req.valid('query')
    const page = await storage.documents(query.prefix ?? '', toPage(query))
    return context.json(toList(page, toDocumentView), 200)
  })
  router.openapi(read, async (context) => {
    const document = await storage.document(documentPathIn(context.req.url))
    if (!document) throw documentMissing()
    return context.json(toDocumentView(document), 200, etagOf(document))
  })
  router.openapi(write, async (context) => {
    const path = checkDocumentPath(documentPathIn(context.req.url))
    // The router takes an absent body for an empty object; that would wipe the document.
    if (context.req.header('content-type') === undefined) throw bodyInvalid('there is none')
    const data = context.req.valid('json')
    checkDocumentBytes(data)
    const ifVersion = versionAsked(context.req.header('if-match'))
    const condition = ifVersion === undefined ? {} : { ifVersion }
    const written = await storage.writeDocument({ kind: 'set', path, data, ...condition })
    if (!written) throw versionDiffers(ifVersion)
    return context.json(toDocumentView(written), 200, etagOf(written))
  })
  router.openapi(remove, async (context) => {
    const path = checkDocumentPath(documentPathIn(context.req.url))
    await deleteDocument(storage, path, versionAsked(context.req.header('if-match')))
    return context.body(null, 204)
  })
}

async function deleteDocument(
  storage: Storage,
  path: string,
  ifVersion: number | undefined,
): Promise<void> {
  const condition = ifVersion === undefined ? {} : { ifVersion }
  if (await storage.writeDocument({ kind: 'delete', path, ...condition })) return
  const isThere = ifVersion !== undefined && (await storage.document(path)) !== undefined
  throw isThere ? versionDiffers(ifVersion) : documentMissing()
}

function toDocumentView(document: Document): z.infer<typeof documentView> {
  const { path, data, version, updatedAt } = document
  return { path, data, version, updatedAt: toTimestamp(updatedAt) }
}

function etagOf({ version }: Document): { etag: string } {
  return { etag: `"${version}"` }
}

function isJsonObject(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** The beginning of a path may end in the middle of a name, or after one. */
function isPrefix(prefix: string): boolean {
  return prefix === '' || isDocumentPath(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix)
}

function documentMissing(): HooklineError {
  return new HooklineError(
    'not_found',
    'There is no document at this path. It was never written, or was deleted. ' +
      'The list is at /documents.',
  )
}

function versionDiffers(expected: number | undefined): HooklineError {
  return new HooklineError(
    'document_version',
    `The document is not of version ${expected}. Somebody wrote it meanwhile. ` +
      'Read it again and decide anew.',
  )
}
