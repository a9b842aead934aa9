/** `/events`: what came in, and handling it once more. */
import { createRoute, z } from '@hono/zod-openapi'
import type * as wire from '../../client/wire.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Served } from '../served.ts'
import { changesOfEventMax, toDifferenceView } from './changes.ts'
import {
  type deliveryDetail,
  deliveryView,
  toDeliveryDetail,
  toDeliveryView,
} from './delivery-view.ts'
import { eventFilter, toEventFilter } from './event-filter.ts'
import { eventDetail, eventView, toEventDetail, toEventView } from './event-view.ts'
import { found, idParameter, text } from './fields.ts'
import { deliveriesTo } from './handlers.ts'
import { listOf, pageLimitMax, pageQuery, toList, toPage } from './page.ts'
import { type ApiRouter, json, jsonBody, problemAnswer, refusals, strict } from './router.ts'

export const handlersNamedMax = 100

const tags = ['Events']
const unknown = { 404: problemAnswer('No event has this id.') }

const list = createRoute({
  method: 'get',
  path: '/events',
  tags,
  summary: 'Events, newest first',
  request: { query: strict({ ...eventFilter, ...pageQuery }) },
  responses: { 200: json(listOf(eventView), 'A page of events.'), ...refusals },
})

const one = createRoute({
  method: 'get',
  path: '/events/{id}',
  tags,
  summary: 'One event with its bytes and deliveries',
  request: { params: idParameter, query: strict({}) },
  responses: { 200: json(eventDetail, 'The event.'), ...unknown, ...refusals },
})

const replayed = z
  .object({ deliveries: z.array(deliveryView) })
  .openapi('EventReplayed') satisfies z.ZodType<wire.EventReplayed>

const named = strict({ handlers: z.array(text).min(1).max(handlersNamedMax).optional() })

const replay = createRoute({
  method: 'post',
  path: '/events/{id}/replay',
  tags,
  summary: 'Handle an event once more, by all of its handlers or by those named',
  request: {
    params: idParameter,
    query: strict({}),
    body: { ...jsonBody(named), required: false },
  },
  responses: { 202: json(replayed, 'The new deliveries.'), ...unknown, ...refusals },
})

export function addEvents(router: ApiRouter, { storage, deliveriesFor }: Served): void {
  router.openapi(list, async (context) => {
    const query = context.req.valid('query')
    const page = await storage.events(toEventFilter(query), toPage(query))
    return context.json(toList(page, toEventView), 200)
  })
  router.openapi(one, async (context) => {
    const event = await found(context.req.valid('param').id, (id) => storage.event(id))
    const changes = (await storage.changesOfEvent(event.id, changesOfEventMax)).map(
      toDifferenceView,
    )
    const deliveries = await deliveriesOf(storage, event.id)
    return context.json(toEventDetail(event, { deliveries, changes }), 200)
  })
  router.openapi(replay, async (context) => {
    const event = await found(context.req.valid('param').id, (id) => storage.event(id))
    const wanted = deliveriesTo(deliveriesFor(event), context.req.valid('json').handlers)
    const made = await found(event.id, (id) => storage.replayEvent(id, wanted))
    return context.json({ deliveries: made.map(toDeliveryView) }, 202)
  })
}

/** Newest first, and of an event that was replayed very often the newest page only. */
async function deliveriesOf(
  storage: Storage,
  eventId: string,
): Promise<z.infer<typeof deliveryDetail>[]> {
  const { data } = await storage.deliveries({ eventId }, { limit: pageLimitMax })
  const details = await Promise.all(data.map(({ id }) => storage.delivery(id)))
  return details.filter((detail) => detail !== undefined).map(toDeliveryDetail)
}
