/**
 * An event as the API shows it. Its body is text or base64 inside JSON, never a page of its own.
 */
import { z } from '@hono/zod-openapi'
import { decodeUtf8 } from '../../base/bytes.ts'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import { readVerifiedWith } from '../../inbox/secret-notes.ts'
import type { EventStatus, EventSummary, StoredEvent } from '../../storage/storage.ts'
import { differenceView } from './changes.ts'
import { deliveryDetail } from './delivery-view.ts'
import { timestamp, toTimestampOrNull } from './fields.ts'

export const mode = z.enum(['test', 'live'])
export const eventStatus = z.enum(['unhandled', 'ready', 'running', 'done', 'failed', 'parked'])

const verifiedWith = z
  .object({
    position: z.int().openapi({ description: 'From 1, the newest first.' }),
    of: z.int().openapi({ description: 'How many secrets were good at that time.' }),
    origin: z.string(),
    name: z.string().nullable(),
    fingerprint: z.string().nullable(),
  })
  .openapi('VerifiedWith') satisfies z.ZodType<wire.VerifiedWithView>

const members = {
  id: z.string().openapi({ example: 'evt_01K8Z3V5Q2M9T7W4X6Y8A0B1C2' }),
  source: z.string(),
  type: z.string(),
  dedupeKey: z.string(),
  mode,
  receivedAt: timestamp,
  occurredAt: timestamp.nullable(),
  bytes: z.int().openapi({ description: 'Length of the body.' }),
  status: eventStatus.openapi({ description: 'Over all of its deliveries.' }),
}

export const eventView = z.object(members).openapi('Event') satisfies z.ZodType<wire.EventView>

export const eventDetail = z
  .object({
    ...members,
    headers: z
      .array(z.tuple([z.string(), z.string()]))
      .openapi({ description: 'In the order they came, repeats kept.' }),
    bodyBase64: z.string(),
    body: z.string().nullable().openapi({ description: 'Null where the bytes are not UTF-8.' }),
    verifiedWith: verifiedWith.nullable().openapi({
      description: 'Which secret verified it; null where the provider signs with its own key.',
    }),
    deliveries: z.array(deliveryDetail),
    changes: z.array(differenceView).openapi({
      description: 'What its handlers changed, as far as the change log still has it.',
    }),
  })
  .openapi('EventDetail') satisfies z.ZodType<wire.EventDetail>

export type EventView = z.infer<typeof eventView>

export function toEventView(event: EventSummary): EventView {
  const { id, source, type, dedupeKey, mode, bytes, status } = event
  return {
    id,
    source,
    type,
    dedupeKey,
    mode,
    receivedAt: toTimestamp(event.receivedAt),
    occurredAt: toTimestampOrNull(event.occurredAt),
    bytes,
    status,
  }
}

export function toEventDetail(
  event: StoredEvent & { status: EventStatus },
  { deliveries, changes }: Pick<z.infer<typeof eventDetail>, 'deliveries' | 'changes'>,
): z.infer<typeof eventDetail> {
  const body = Buffer.from(event.body.buffer, event.body.byteOffset, event.body.byteLength)
  return {
    ...toEventView({ ...event, bytes: event.body.byteLength }),
    headers: event.headers.map(([name, value]) => [name, value]),
    bodyBase64: body.toString('base64'),
    body: decodeUtf8(event.body) ?? null,
    verifiedWith: readVerifiedWith(event.verifiedWith),
    deliveries,
    changes,
  }
}
