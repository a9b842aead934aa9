/**
 * `/calls/summary`: the APIs that may be called, who is near a budget, who calls most and what went
 * wrong. It tells of one mode, and of no key more than whether it is set.
 */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import type { Api } from '../../proxy/api.ts'
import { budgetDefault, type Spendings, spendings } from '../../proxy/budget.ts'
import { ruleText } from '../../proxy/policy.ts'
import { callsCountedMax } from '../../storage/calls.ts'
import type { Served } from '../served.ts'
import { callOutcome } from './calls.ts'
import { mode } from './event-view.ts'
import { moment, timestamp } from './fields.ts'
import { type ApiRouter, json, refusals, strict } from './router.ts'

const spendingsMax = 50
const dayMs = 86_400_000

const budget = z.object({
  requests: z.int().openapi({ description: 'Calls in a window.' }),
  bytes: z.int().openapi({ description: 'Of bodies in a window, both ways.' }),
  windowSeconds: z.number(),
  concurrent: z.int().openapi({ description: 'Calls at one time.' }),
})

const apiView = z.object({
  name: z.string(),
  title: z.string(),
  docsUrl: z.string(),
  allow: z.array(z.string()).openapi({ description: 'What clients may call.' }),
  budget,
  hasKey: z.boolean(),
  keyNames: z.array(z.string()),
})

const spendingView = z.object({
  api: z.string(),
  sub: z.string(),
  limits: budget,
  requests: z.int(),
  bytes: z.int(),
  open: z.int(),
  resetsAt: timestamp,
})

const callerView = z.object({
  api: z.string(),
  sub: z.string(),
  calls: z.int(),
  faults: z.int(),
  bytes: z.int(),
  lastAt: timestamp,
})

const faultView = z.object({
  api: z.string(),
  outcome: callOutcome,
  status: z.int().nullable(),
  calls: z.int(),
  lastAt: timestamp,
})

const summaryView = z
  .object({
    apis: z.array(apiView),
    spendings: z.array(spendingView).openapi({
      description: 'In this process; those nearest to a limit first.',
    }),
    callers: z.array(callerView).openapi({ description: 'The busiest first.' }),
    faults: z.array(faultView).openapi({ description: 'The most frequent first.' }),
    since: timestamp,
  })
  .openapi('CallsSummary') satisfies z.ZodType<wire.CallsSummaryView>

const read = createRoute({
  method: 'get',
  path: '/calls/summary',
  tags: ['Calls'],
  summary: 'The APIs, their budgets, the top callers and what went wrong',
  request: {
    query: strict({
      mode: mode.optional().openapi({ description: 'Else that of the server.' }),
      since: moment.optional().openapi({ description: 'Else a day ago.' }),
    }),
  },
  responses: {
    200: json(summaryView, `The sums, over the newest ${callsCountedMax} calls.`),
    ...refusals,
  },
})

export function addCallsSummary(router: ApiRouter, served: Served): void {
  const { storage, calls, clock } = served
  router.openapi(read, async (context) => {
    const { mode = served.mode, since = clock.now() - dayMs } = context.req.valid('query')
    const { proxy } = calls
    // Those that have just ended are still to be written.
    await proxy.calls.flush()
    const { callers, faults } = await storage.callTotals(mode, since)
    const isOwn = mode === proxy.mode
    const apis = isOwn ? [...proxy.apis.values()] : []
    const view = {
      apis: await Promise.all(apis.map((api) => toApiView(served, api))),
      spendings: isOwn ? spendings(proxy.budgets, spendingsMax).map(toSpendingView) : [],
      callers: callers.map((caller) => ({ ...caller, lastAt: toTimestamp(caller.lastAt) })),
      faults: faults.map((fault) => ({ ...fault, lastAt: toTimestamp(fault.lastAt) })),
      since: toTimestamp(since),
    }
    return context.json(view, 200)
  })
}

async function toApiView(
  { lookup, mode }: Served,
  { name, declaration, rules, budget: own, key, keyNames }: Api,
): Promise<z.infer<typeof apiView>> {
  const { title, docsUrl } = declaration
  const found = await lookup.find(keyNames, mode)
  return {
    ...{ name, title, docsUrl, allow: rules.map(ruleText) },
    budget: { ...budgetDefault, ...own },
    hasKey: key !== undefined || found.name !== undefined,
    keyNames: [...keyNames],
  }
}

function toSpendingView(spending: Spendings): z.infer<typeof spendingView> {
  const { api, sub, limits, requests, bytes, open, windowEndsAt } = spending
  return { api, sub, limits, requests, bytes, open, resetsAt: toTimestamp(windowEndsAt) }
}
