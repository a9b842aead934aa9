/** `/deliveries`: what is owed to whom, tried again or given up by hand. */
import { createRoute } from '@hono/zod-openapi'
import { HooklineError } from '../../base/errors.ts'
import type { Delivery, DeliveryFilter } from '../../storage/storage.ts'
import type { HandlerInfo, Served } from '../served.ts'
import {
  deliveryDetail,
  deliveryState,
  deliveryView,
  toDeliveryDetail,
  toDeliveryView,
} from './delivery-view.ts'
import { found, given, idParameter, text } from './fields.ts'
import { targetsNamed } from './handlers.ts'
import { listOf, pageQuery, toList, toPage } from './page.ts'
import { type ApiRouter, json, problemAnswer, refusals, strict } from './router.ts'

const tags = ['Deliveries']
const unknown = { 404: problemAnswer('No delivery has this id.') }
const wrongState = { 409: problemAnswer('Its state does not allow this.') }

const list = createRoute({
  method: 'get',
  path: '/deliveries',
  tags,
  summary: 'Deliveries, newest first',
  request: {
    query: strict({
      state: deliveryState.optional(),
      eventId: text.optional(),
      target: text.optional().openapi({ description: 'A source, a slash and a handler.' }),
      handler: text.optional().openapi({ description: 'The name of a handler.' }),
      source: text.optional().openapi({ description: 'Of the handler, where several have one.' }),
      ...pageQuery,
    }),
  },
  responses: { 200: json(listOf(deliveryView), 'A page of deliveries.'), ...refusals },
})

const one = createRoute({
  method: 'get',
  path: '/deliveries/{id}',
  tags,
  summary: 'One delivery with its attempts',
  request: { params: idParameter, query: strict({}) },
  responses: { 200: json(deliveryDetail, 'The delivery.'), ...unknown, ...refusals },
})

const retry = createRoute({
  method: 'post',
  path: '/deliveries/{id}/retry',
  tags,
  summary: 'Make a delivery due now that waits, failed, is parked or was cancelled',
  request: { params: idParameter, query: strict({}) },
  responses: { 200: json(deliveryView, 'It is due.'), ...unknown, ...wrongState, ...refusals },
})

const cancel = createRoute({
  method: 'post',
  path: '/deliveries/{id}/cancel',
  tags,
  summary: 'End a delivery for good that waits, failed or is parked',
  request: { params: idParameter, query: strict({}) },
  responses: { 200: json(deliveryView, 'It is over.'), ...unknown, ...wrongState, ...refusals },
})

export function addDeliveries(router: ApiRouter, served: Served): void {
  const { storage, handlers } = served
  router.openapi(list, async (context) => {
    const query = context.req.valid('query')
    const page = await storage.deliveries(toFilter(query, handlers), toPage(query))
    return context.json(toList(page, toDeliveryView), 200)
  })
  router.openapi(one, async (context) => {
    const delivery = await found(context.req.valid('param').id, (id) => storage.delivery(id))
    return context.json(toDeliveryDetail(delivery), 200)
  })
  router.openapi(retry, async (context) => {
    const { id } = context.req.valid('param')
    const changed = await changedBy(served, id, (known) => storage.requeueDelivery(known))
    return context.json(toDeliveryView(changed), 200)
  })
  router.openapi(cancel, async (context) => {
    const { id } = context.req.valid('param')
    const changed = await changedBy(served, id, (known) => storage.cancelDelivery(known))
    return context.json(toDeliveryView(changed), 200)
  })
}

interface DeliveryQuery {
  readonly state?: DeliveryFilter['state'] | undefined
  readonly eventId?: string | undefined
  readonly target?: string | undefined
  readonly handler?: string | undefined
  readonly source?: string | undefined
}

function toFilter(query: DeliveryQuery, handlers: readonly HandlerInfo[]): DeliveryFilter {
  const { state, eventId, target, handler, source } = query
  if (handler === undefined && source === undefined) return given({ state, eventId, target })
  if (handler === undefined) throw queryInvalid('`source` is given without `handler`')
  if (target !== undefined) throw queryInvalid('`target` and `handler` are both given')
  // So named, a handler may be one that the app no longer has: its deliveries are still there.
  if (source !== undefined) return given({ state, eventId, target: `${source}/${handler}` })
  const [found, another] = targetsNamed(handlers, [handler], source)
  if (another !== undefined) throw queryInvalid(`several sources have the handler '${handler}'`)
  return given({ state, eventId, target: found })
}

function queryInvalid(why: string): HooklineError {
  return new HooklineError(
    'payload_invalid',
    `Not understood in the query: ${why}. A handler is named by its name, and by its source ` +
      'where several have one of that name; a target is both in one. Correct it.',
  )
}

async function changedBy(
  { storage }: Served,
  id: string,
  change: (id: string) => Promise<Delivery | undefined>,
): Promise<Delivery> {
  const { state } = await found(id, (known) => storage.delivery(known))
  const changed = await change(id)
  if (changed) return changed
  throw new HooklineError(
    'delivery_state',
    `The delivery is ${state}, which does not allow this. It likely ended or began meanwhile. ` +
      'Read it again; to handle an event once more, replay the event.',
  )
}
