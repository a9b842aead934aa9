/** Which events a list or a replay is about, as it is written in a query or a body. */
import type { z } from '@hono/zod-openapi'
import type { EventFilter } from '../../storage/storage.ts'
import { eventStatus, mode } from './event-view.ts'
import { given, moment, text } from './fields.ts'

export const eventFilter = {
  source: text.optional(),
  type: text.optional(),
  mode: mode.optional(),
  status: eventStatus.optional(),
  q: text.optional().openapi({ description: 'Found in the id, the type or the dedupe key.' }),
  since: moment.optional().openapi({ description: 'Received at this time or later.' }),
  until: moment.optional().openapi({ description: 'Received before this time.' }),
}

type Filter = z.infer<z.ZodObject<typeof eventFilter>>

export function toEventFilter({
  source,
  type,
  mode,
  status,
  q,
  since,
  until,
}: Filter): EventFilter {
  return given({ source, type, mode, status, q, since, until })
}
