/** `/stats`: how much there is and how far behind. */
import { createRoute, z } from '@hono/zod-openapi'
import type * as wire from '../../client/wire.ts'
import type { Served } from '../served.ts'
import { mode } from './event-view.ts'
import { sourcesOfMode } from './modes.ts'
import { type ApiRouter, json, refusals, strict } from './router.ts'

const statsView = z
  .object({
    events: z.int().openapi({
      description:
        'Stored; approximate while old ones are pruned. Where sources of both modes are here and ' +
        'one is asked for, those among the newest 10,000.',
    }),
    deliveries: z.object({
      ready: z.int(),
      running: z.int(),
      parked: z.int(),
      failed: z.int(),
      ended: z.int().openapi({ description: 'Done or cancelled.' }),
    }),
    oldestReadyMs: z.int().openapi({
      description:
        'How long the oldest due delivery has waited, in milliseconds; 0 where none waits.',
    }),
    fenced: z.int().openapi({ description: 'Attempts of stale workers that were refused.' }),
    crashed: z.int().openapi({ description: 'Attempts that ended with their process.' }),
    conflicts: z
      .int()
      .openapi({ description: 'Repeats whose bytes differed from the stored ones.' }),
    cursor: z.int().openapi({ description: 'Of the newest change.' }),
  })
  .openapi('Stats') satisfies z.ZodType<wire.StatsView>

const read = createRoute({
  method: 'get',
  path: '/stats',
  tags: ['Stats'],
  summary: 'How much there is and how far behind',
  request: {
    query: strict({
      mode: mode.optional().openapi({ description: 'Events and deliveries of this mode alone.' }),
    }),
  },
  responses: { 200: json(statsView, 'The numbers.'), ...refusals },
})

export function addStats(router: ApiRouter, { storage, inbox }: Served): void {
  router.openapi(read, async (context) => {
    const sources = sourcesOfMode(inbox.sources, context.req.valid('query').mode)
    // All of them are counted from the ends of an index, which costs the same for any number.
    const isAll = sources === undefined || sources.length === inbox.sources.size
    return context.json(await storage.stats(isAll ? undefined : sources), 200)
  })
}
