/** `/replays`: handling many stored events once more, as a job that survives a restart. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import type { Replay } from '../../storage/storage.ts'
import type { Served } from '../served.ts'
import { eventFilter, toEventFilter } from './event-filter.ts'
import { handlersNamedMax } from './events.ts'
import { found, idParameter, text, timestamp } from './fields.ts'
import { targetsNamed } from './handlers.ts'
import { listOf, pageQuery, toList, toPage } from './page.ts'
import { type ApiRouter, json, jsonBody, problemAnswer, refusals, strict } from './router.ts'

const tags = ['Replays']
/** More than this is as fast as it goes. */
const perSecondMax = 1_000

const unknown = { 404: problemAnswer('No replay has this id.') }

const replayView = z
  .object({
    id: z.string().openapi({ example: 'rpl_01K8Z3V5Q2M9T7W4X6Y8A0B1C2' }),
    state: z.enum(['running', 'paused', 'done', 'cancelled']),
    matched: z.int().openapi({ description: 'Events that the filter found.' }),
    replayed: z.int(),
    perSecond: z.int().nullable().openapi({
      description: 'Events a second over all processes; null for as fast as each goes.',
    }),
    filter: z.custom<wire.EventFilter>().openapi({ type: 'object' }),
    targets: z.array(z.string()).nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('Replay') satisfies z.ZodType<wire.ReplayView>

const replayCount = z
  .object({ matched: z.int() })
  .openapi('ReplayCount') satisfies z.ZodType<wire.ReplayCount>

const list = createRoute({
  method: 'get',
  path: '/replays',
  tags,
  summary: 'Replays, newest first',
  request: { query: strict(pageQuery) },
  responses: { 200: json(listOf(replayView), 'A page of replays.'), ...refusals },
})

const one = createRoute({
  method: 'get',
  path: '/replays/{id}',
  tags,
  summary: 'One replay and how far it is',
  request: { params: idParameter, query: strict({}) },
  responses: { 200: json(replayView, 'The replay.'), ...unknown, ...refusals },
})

const create = createRoute({
  method: 'post',
  path: '/replays',
  tags,
  summary: 'Replay the stored events that match, or count them',
  request: {
    query: strict({}),
    body: jsonBody(
      strict({
        filter: strict(eventFilter),
        handlers: z.array(text).min(1).max(handlersNamedMax).optional(),
        perSecond: z.int().min(1).max(perSecondMax).optional(),
        dryRun: z.boolean().optional(),
      }),
    ),
  },
  responses: {
    200: json(replayCount, 'The answer to a dry run.'),
    202: json(replayView, 'The replay has begun.'),
    ...refusals,
  },
})

function moveRoute(verb: 'cancel' | 'pause' | 'resume', summary: string) {
  return createRoute({
    method: 'post',
    path: `/replays/{id}/${verb}`,
    tags,
    summary,
    request: { params: idParameter, query: strict({}) },
    responses: { 200: json(replayView, 'The replay.'), ...unknown, ...refusals },
  })
}

const cancel = moveRoute('cancel', 'Stop a replay; one that is over stays as it is')
const pause = moveRoute('pause', 'Hold a replay up, also over a restart; one that is over stays so')
const resume = moveRoute('resume', 'Let a replay go on that was paused')

export function addReplays(router: ApiRouter, { storage, handlers }: Served): void {
  router.openapi(list, async (context) => {
    const page = await storage.replays(toPage(context.req.valid('query')))
    return context.json(toList(page, toReplayView), 200)
  })
  router.openapi(one, async (context) => {
    const replay = await found(context.req.valid('param').id, (id) => storage.replay(id))
    return context.json(toReplayView(replay), 200)
  })
  router.openapi(create, async (context) => {
    const { filter, handlers: names, perSecond, dryRun } = context.req.valid('json')
    const targets = names ? targetsNamed(handlers, names, filter.source) : null
    const wanted = toEventFilter(filter)
    if (dryRun) return context.json({ matched: await storage.countEvents(wanted) }, 200)
    const replay = await storage.createReplay(wanted, targets, perSecond ?? null)
    return context.json(toReplayView(replay), 202)
  })
  const moves = [
    [cancel, (id: string) => storage.cancelReplay(id)],
    [pause, (id: string) => storage.pauseReplay(id)],
    [resume, (id: string) => storage.resumeReplay(id)],
  ] as const
  for (const [route, move] of moves) {
    router.openapi(route, async (context) => {
      const { id } = context.req.valid('param')
      const replay = await found(id, (known) => storage.replay(known))
      return context.json(toReplayView((await move(id)) ?? replay), 200)
    })
  }
}

function toReplayView(replay: Replay): z.infer<typeof replayView> {
  const { id, state, matched, replayed, perSecond, filter, targets } = replay
  return {
    ...{ id, state, matched, replayed, perSecond },
    filter: toFilterView(filter),
    targets: targets && [...targets],
    createdAt: toTimestamp(replay.createdAt),
    updatedAt: toTimestamp(replay.updatedAt),
  }
}

/** Times are kept as numbers, and shown as they were asked for. */
function toFilterView({ since, until, ...rest }: Replay['filter']): wire.EventFilter {
  return {
    ...rest,
    ...(typeof since === 'number' ? { since: toTimestamp(since) } : {}),
    ...(typeof until === 'number' ? { until: toTimestamp(until) } : {}),
  }
}
