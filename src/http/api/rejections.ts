/** `/rejections`: the webhooks refused lately, with the reason that their senders are not told. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import type { Rejection, Rejections } from '../../inbox/rejections.ts'
import type { Page, Paged } from '../../storage/storage.ts'
import type { Served } from '../served.ts'
import { text, timestamp } from './fields.ts'
import { listOf, pageQuery, toList, toPage } from './page.ts'
import { type ApiRouter, json, refusals, strict } from './router.ts'

export const rejectionView = z
  .object({
    at: timestamp,
    source: z.string(),
    reason: z.string().openapi({ example: 'signature_mismatch' }),
    detail: z.string().openapi({ description: 'What it likely means and what to do.' }),
  })
  .openapi('Rejection') satisfies z.ZodType<wire.RejectionView>

const list = createRoute({
  method: 'get',
  path: '/rejections',
  tags: ['Sources'],
  summary: 'Refused webhooks, newest first, of this process since it started',
  request: { query: strict({ source: text.optional(), ...pageQuery }) },
  responses: { 200: json(listOf(rejectionView), 'A page of refusals.'), ...refusals },
})

export function addRejections(router: ApiRouter, { inbox }: Served): void {
  router.openapi(list, (context) => {
    const query = context.req.valid('query')
    const page = pageOf(inbox.rejections, { ...toPage(query), source: query.source })
    return context.json(toList(page, toRejectionView), 200)
  })
}

export function toRejectionView({ at, ...rest }: Rejection): z.infer<typeof rejectionView> {
  return { at: toTimestamp(at), ...rest }
}

/** The cursor counts from the first refusal on, so that new ones do not move the pages. */
function pageOf(
  { recent, total }: Rejections,
  { limit, cursor, source }: Page & { source: string | undefined },
): Paged<Rejection> {
  const before = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor)
  const matching = recent
    .map((rejection, i) => ({ rejection, number: total - i }))
    .filter(({ number }) => number < before)
    .filter(({ rejection }) => source === undefined || rejection.source === source)
  const shown = matching.slice(0, limit)
  const last = shown.at(-1)
  return {
    data: shown.map(({ rejection }) => rejection),
    next: last && matching.length > limit ? String(last.number) : null,
  }
}
