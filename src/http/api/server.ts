/** `/server`: what this server is and how it is set up; no secret and no path of its machine. */
import { createRequire } from 'node:module'
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import type { Served } from '../served.ts'
import { mode } from './event-view.ts'
import { timestamp } from './fields.ts'
import { type ApiRouter, json, refusals, strict } from './router.ts'

const days = z.number()

const serverView = z
  .object({
    version: z.string(),
    engine: z.enum(['sqlite', 'postgres']),
    mode: mode.openapi({ description: 'Of sources that name none.' }),
    modes: z.array(mode).openapi({ description: 'Those that sources have.' }),
    isDev: z.boolean(),
    publicUrl: z.string().nullable(),
    startedAt: timestamp,
    databaseBytes: z.int(),
    retention: z.object({ eventsDays: days, dedupeKeysDays: days, changesDays: days }),
  })
  .openapi('Server') satisfies z.ZodType<wire.ServerView>

const read = createRoute({
  method: 'get',
  path: '/server',
  tags: ['Server'],
  summary: 'What this server is',
  request: { query: strict({}) },
  responses: { 200: json(serverView, 'The server.'), ...refusals },
})

const { version }: { version: string } = createRequire(import.meta.url)('hookline/package.json')

export function addServer(router: ApiRouter, { storage, inbox, server, mode }: Served): void {
  router.openapi(read, async (context) => {
    const { isDev, publicUrl, retention } = server
    const modes = new Set([...inbox.sources.values()].map((source) => source.mode))
    const view = {
      ...{ version, engine: storage.engine, modes: [...modes].sort().reverse(), isDev },
      mode,
      publicUrl: publicUrl ?? null,
      startedAt: toTimestamp(Math.round(performance.timeOrigin)),
      databaseBytes: await storage.databaseBytes(),
      retention: {
        eventsDays: retention.eventsDays ?? 30,
        dedupeKeysDays: retention.dedupeKeysDays ?? 90,
        changesDays: retention.changesDays ?? 7,
      },
    }
    return context.json(view, 200)
  })
}
