/** `/rejections`: the webhooks refused lately, with the reason that their senders are not told. */
import { createRoute, z } from '@hono/zod-openapi'
import { decodeUtf8 } from '../../base/bytes.ts'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import { flushRejections } from '../../inbox/rejections.ts'
import type { Sources } from '../../inbox/sources.ts'
import type { StoredRejection } from '../../storage/observed.ts'
import type { Served } from '../served.ts'
import { mode } from './event-view.ts'
import { given, text, timestamp } from './fields.ts'
import { sourcesOfMode } from './modes.ts'
import { listOf, pageQuery, toList, toPage } from './page.ts'
import { type ApiRouter, json, refusals, strict } from './router.ts'

export const rejectionView = z
  .object({
    id: z.string().openapi({ example: 'rej_17' }),
    at: timestamp,
    source: z.string(),
    mode: mode.nullable().openapi({ description: 'Of the source; null where it is gone.' }),
    reason: z.string().openapi({ example: 'signature_mismatch' }),
    detail: z.string().openapi({ description: 'What it likely means and what to do.' }),
    method: z.string(),
    remote: z.string().nullable().openapi({ description: 'The address that it came from.' }),
    headers: z
      .array(z.tuple([z.string(), z.string()]))
      .openapi({ description: 'Cut where they are long, without what may be a secret.' }),
    bodyStart: z
      .string()
      .nullable()
      .openapi({ description: 'The first bytes as text; null where they are none.' }),
    bodyStartBase64: z.string(),
    bytes: z.int().openapi({ description: 'Length of the whole body.' }),
  })
  .openapi('Rejection') satisfies z.ZodType<wire.RejectionView>

const list = createRoute({
  method: 'get',
  path: '/rejections',
  tags: ['Sources'],
  summary: 'Refused webhooks, newest first, of all processes',
  request: {
    query: strict({
      source: text.optional(),
      mode: mode.optional(),
      reason: text.optional(),
      ...pageQuery,
    }),
  },
  responses: { 200: json(listOf(rejectionView), 'A page of refusals.'), ...refusals },
})

export function addRejections(router: ApiRouter, { inbox, storage }: Served): void {
  router.openapi(list, async (context) => {
    const { source, mode, reason, ...query } = context.req.valid('query')
    const sources = source === undefined ? sourcesOfMode(inbox.sources, mode) : [source]
    await flushRejections(inbox.rejections)
    const page = await storage.rejections(given({ sources, reason }), toPage(query))
    const view = (rejection: StoredRejection) => toRejectionView(rejection, inbox.sources)
    return context.json(toList(page, view), 200)
  })
}

export function toRejectionView(
  rejection: StoredRejection,
  sources: Sources,
): z.infer<typeof rejectionView> {
  const { id, at, source, reason, detail, method, remote, headers, body, bytes } = rejection
  return {
    ...{ id, source, reason, detail, method, remote, bytes },
    at: toTimestamp(at),
    mode: sources.get(source)?.mode ?? null,
    headers: headers.map(([name, value]) => [name, value]),
    bodyStart: startOf(body) ?? null,
    bodyStartBase64: Buffer.from(body).toString('base64'),
  }
}

/** The cut may have gone through a character, of up to four bytes. */
function startOf(body: Uint8Array): string | undefined {
  for (let cut = 0; cut < 4 && cut <= body.byteLength; cut++) {
    const text = decodeUtf8(body.subarray(0, body.byteLength - cut))
    if (text !== undefined) return text
  }
  return undefined
}
