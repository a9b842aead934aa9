/** A delivery and its attempts as the API shows them. */
import { z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import type { Attempt, Delivery } from '../../storage/storage.ts'
import { timestamp } from './fields.ts'

export const deliveryState = z.enum(['ready', 'running', 'done', 'failed', 'parked', 'cancelled'])

const members = {
  id: z.string().openapi({ example: 'dlv_01K8Z3V5Q2M9T7W4X6Y8A0B1C2' }),
  eventId: z.string(),
  target: z.string().openapi({ description: 'Of a handler: its source, a slash and its name.' }),
  source: z.string(),
  handler: z.string().openapi({ description: 'The name of the handler, without its source.' }),
  orderKey: z.string().nullable(),
  state: deliveryState,
  attemptCount: z.int().openapi({ description: 'Attempts begun, crashed ones included.' }),
  dueAt: timestamp,
  parkedOn: z.string().nullable().openapi({ description: 'What a parked delivery waits for.' }),
  lastError: z.string().nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
}

export const deliveryView = z
  .object(members)
  .openapi('Delivery') satisfies z.ZodType<wire.DeliveryView>

const attemptView = z
  .object({
    id: z.string(),
    number: z.int(),
    startedAt: timestamp,
    endedAt: timestamp,
    outcome: z.enum(['done', 'failed', 'timed_out', 'parked', 'crashed', 'fenced', 'released']),
    error: z.string().nullable(),
  })
  .openapi('Attempt') satisfies z.ZodType<wire.AttemptView>

export const deliveryDetail = z
  .object({ ...members, attempts: z.array(attemptView) })
  .openapi('DeliveryDetail') satisfies z.ZodType<wire.DeliveryDetail>

export function toDeliveryView(delivery: Delivery): z.infer<typeof deliveryView> {
  const { id, eventId, target, orderKey, state, parkedOn, lastError } = delivery
  const slash = target.indexOf('/')
  return {
    id,
    eventId,
    target,
    source: target.slice(0, slash),
    handler: target.slice(slash + 1),
    orderKey,
    state,
    attemptCount: delivery.attempts,
    dueAt: toTimestamp(delivery.dueAt),
    parkedOn,
    lastError,
    createdAt: toTimestamp(delivery.createdAt),
    updatedAt: toTimestamp(delivery.updatedAt),
  }
}

export function toDeliveryDetail(
  delivery: Delivery & { attempted: Attempt[] },
): z.infer<typeof deliveryDetail> {
  return { ...toDeliveryView(delivery), attempts: delivery.attempted.map(toAttemptView) }
}

function toAttemptView(attempt: Attempt): z.infer<typeof attemptView> {
  const { id, number, outcome, error } = attempt
  return {
    id,
    number,
    startedAt: toTimestamp(attempt.startedAt),
    endedAt: toTimestamp(attempt.endedAt),
    outcome,
    error,
  }
}
