/** `/stats`: how much there is and how far behind. */
import { createRoute, z } from '@hono/zod-openapi'
import type * as wire from '../../client/wire.ts'
import type { Served } from '../served.ts'
import { type ApiRouter, json, refusals, strict } from './router.ts'

const statsView = z
  .object({
    events: z.int().openapi({ description: 'Stored; approximate while old ones are pruned.' }),
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
  request: { query: strict({}) },
  responses: { 200: json(statsView, 'The numbers.'), ...refusals },
})

export function addStats(router: ApiRouter, { storage }: Served): void {
  router.openapi(read, async (context) => context.json(await storage.stats(), 200))
}
