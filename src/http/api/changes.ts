/** `/changes`: what changed a document, and what an event changed; as far as the log has it. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import { HooklineError } from '../../base/errors.ts'
import type { JsonObject } from '../../base/json.ts'
import type * as wire from '../../client/wire.ts'
import { isDocumentPath } from '../../storage/document-path.ts'
import type { DocumentChange, DocumentDifference } from '../../storage/history.ts'
import type { Served } from '../served.ts'
import { text, timestamp } from './fields.ts'
import { listOf, pageQuery, toList, toPage } from './page.ts'
import { type ApiRouter, json, refusals, strict } from './router.ts'

/** Of one event: a handler makes at most a thousand writes, and several may have. */
export const changesOfEventMax = 1_000

const data = z
  .custom<JsonObject>((value) => typeof value === 'object')
  .nullable()
  .openapi({ type: 'object', additionalProperties: true })

const members = {
  cursor: z.int(),
  path: z.string(),
  type: z.enum(['set', 'deleted']),
  data: data.openapi({ description: 'After the change; null where it was deleted.' }),
  version: z.int(),
  at: timestamp,
  eventId: z.string().nullable().openapi({
    description: 'The event whose handler wrote it; null where the app or an admin did.',
  }),
}

const changeView = z
  .object(members)
  .openapi('DocumentChange') satisfies z.ZodType<wire.DocumentChangeView>

export const differenceView = z
  .object({
    ...members,
    before: data.openapi({ description: 'Null where there was no document.' }),
    isBeforeKnown: z.boolean().openapi({ description: 'False where that has been pruned.' }),
  })
  .openapi('DocumentDifference') satisfies z.ZodType<wire.DocumentDifferenceView>

const list = createRoute({
  method: 'get',
  path: '/changes',
  tags: ['Documents'],
  summary: 'The changes of one document, newest first, or those of one event, oldest first',
  request: {
    query: strict({
      path: z.string().refine(isDocumentPath, 'is not the path of a document').optional(),
      eventId: text.optional(),
      ...pageQuery,
    }),
  },
  responses: { 200: json(listOf(z.union([changeView, differenceView])), 'Changes.'), ...refusals },
})

export function addChanges(router: ApiRouter, { storage }: Served): void {
  router.openapi(list, async (context) => {
    const { path, eventId, ...query } = context.req.valid('query')
    if (path !== undefined && eventId === undefined) {
      const page = await storage.documentChanges(path, toPage(query))
      return context.json(toList(page, toChangeView), 200)
    }
    if (eventId === undefined || path !== undefined) throw choiceInvalid()
    const found = await storage.changesOfEvent(eventId, changesOfEventMax)
    return context.json({ data: found.map(toDifferenceView), next: null }, 200)
  })
}

function toChangeView(change: DocumentChange): z.infer<typeof changeView> {
  const { cursor, path, type, data, version, changedAt, eventId } = change
  return { cursor, path, type, data, version, at: toTimestamp(changedAt), eventId }
}

export function toDifferenceView(change: DocumentDifference): z.infer<typeof differenceView> {
  const { before } = change
  return { ...toChangeView(change), before: before ?? null, isBeforeKnown: before !== undefined }
}

function choiceInvalid(): HooklineError {
  return new HooklineError(
    'payload_invalid',
    'Not understood in the query: it needs `path` or `eventId`, and takes one of them alone. ' +
      'Name the document or the event.',
  )
}
