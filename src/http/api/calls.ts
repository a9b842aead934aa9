/** `/calls`: which API was called for whom and what came of it. No body is kept or shown. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import type { Call } from '../../storage/calls.ts'
import type { Served } from '../served.ts'
import { mode } from './event-view.ts'
import { found, given, idParameter, moment, text, timestamp } from './fields.ts'
import { listOf, pageQuery, toList, toPage } from './page.ts'
import { type ApiRouter, json, problemAnswer, refusals, strict } from './router.ts'

const tags = ['Calls']

export const callOutcome = z
  .enum(['answered', 'refused', 'limited', 'failed', 'timed_out', 'cancelled'])
  .openapi({
    description:
      '`refused` by the allow-list, `limited` by a budget, `cancelled` by the caller that left.',
  })

const callView = z
  .object({
    id: z.string().openapi({ example: 'call_01K8Z3V5Q2M9T7W4X6Y8A0B1C2' }),
    mode,
    api: z.string(),
    sub: z.string().openapi({ description: "Whom the token was for; `app` for the app's own." }),
    method: z.string(),
    path: z.string().openapi({ description: 'Without the query.' }),
    status: z.int().nullable().openapi({ description: 'What the API answered.' }),
    outcome: callOutcome,
    startedAt: timestamp,
    durationMs: z.int(),
    bytesSent: z.int().openapi({ description: 'Of the body, to the API.' }),
    bytesReceived: z.int().openapi({ description: 'Of the body, from the API.' }),
  })
  .openapi('Call') satisfies z.ZodType<wire.CallView>

const status = z
  .string()
  .regex(/^[1-5]\d\d$/, 'is not a status such as 200')
  .transform(Number)
  .optional()
  .openapi({ type: 'integer', minimum: 100, maximum: 599 })

const list = createRoute({
  method: 'get',
  path: '/calls',
  tags,
  summary: 'Calls that have ended, newest first',
  request: {
    query: strict({
      mode: mode.optional(),
      api: text.optional(),
      sub: text.optional(),
      status,
      outcome: callOutcome.optional(),
      since: moment.optional().openapi({ description: 'Begun at this time or later.' }),
      until: moment.optional().openapi({ description: 'Begun before this time.' }),
      ...pageQuery,
    }),
  },
  responses: { 200: json(listOf(callView), 'A page of calls.'), ...refusals },
})

const one = createRoute({
  method: 'get',
  path: '/calls/{id}',
  tags,
  summary: 'One call',
  request: { params: idParameter, query: strict({}) },
  responses: {
    200: json(callView, 'The call.'),
    404: problemAnswer('No call has this id.'),
    ...refusals,
  },
})

export function addCalls(router: ApiRouter, { storage, calls }: Served): void {
  router.openapi(list, async (context) => {
    const query = context.req.valid('query')
    const { mode, api, sub, status, outcome, since, until } = query
    // Those that have just ended are still to be written.
    await calls.proxy.calls.flush()
    const filter = given({ mode, api, sub, status, outcome, since, until })
    return context.json(toList(await storage.calls(filter, toPage(query)), toCallView), 200)
  })
  router.openapi(one, async (context) => {
    const call = await found(context.req.valid('param').id, (id) => storage.call(id))
    return context.json(toCallView(call), 200)
  })
}

function toCallView(call: Call): z.infer<typeof callView> {
  return { ...call, startedAt: toTimestamp(call.startedAt) }
}
