/** `/deliveries/groups`: dead letters by what went wrong, and what is done with many at once. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import type { DeliveryGroup, DeliverySelection } from '../../storage/bulk.ts'
import type { Served } from '../served.ts'
import { mode } from './event-view.ts'
import { given, text, timestamp } from './fields.ts'
import { sourceOf, sourcesOfMode } from './modes.ts'
import { listOf } from './page.ts'
import { type ApiRouter, json, jsonBody, refusals, strict } from './router.ts'

/** The newest so many are grouped. */
export const groupedMax = 20_000
const rowsPerStep = 200
/** Looked at for one request; `isDone` says whether there is more to do. */
const rowsPerRequestMax = 20_000

const state = z.enum(['failed', 'parked', 'ready'])

const groupView = z
  .object({
    target: z.string(),
    source: z.string(),
    handler: z.string(),
    error: z.string().openapi({
      description:
        'The first line of the error without ids and numbers; of parked ones what they wait for.',
    }),
    count: z.int(),
    oldestAt: timestamp,
    newestAt: timestamp,
    sampleDeliveryId: z.string(),
    sampleEventId: z.string(),
    sampleError: z.string().nullable(),
  })
  .openapi('DeliveryGroup') satisfies z.ZodType<wire.DeliveryGroupView>

const groups = createRoute({
  method: 'get',
  path: '/deliveries/groups',
  tags: ['Deliveries'],
  summary: `Deliveries by handler and kind of error, of the newest ${groupedMax}`,
  request: { query: strict({ state: state.optional(), mode: mode.optional() }) },
  responses: {
    200: json(listOf(groupView).extend({ isWhole: z.boolean() }), 'The largest group first.'),
    ...refusals,
  },
})

const outcome = z
  .object({
    changed: z.int(),
    isDone: z.boolean().openapi({ description: 'False where the same is to be asked again.' }),
  })
  .openapi('BulkOutcome') satisfies z.ZodType<wire.BulkOutcome>

const selection = strict({
  filter: strict({
    state,
    target: text.optional(),
    error: text.optional().openapi({ description: 'That of a group.' }),
    mode: mode.optional(),
  }),
  dryRun: z.boolean().optional(),
})

const counted = z.object({ matched: z.int() }).openapi('BulkCount')

function bulkRoute(verb: 'retry' | 'cancel', summary: string) {
  return createRoute({
    method: 'post',
    path: `/deliveries/${verb}`,
    tags: ['Deliveries'],
    summary,
    request: { query: strict({}), body: jsonBody(selection) },
    responses: {
      200: json(z.union([outcome, counted]), 'How many; of a dry run how many match.'),
      ...refusals,
    },
  })
}

const retry = bulkRoute('retry', 'Make all deliveries due now that match')
const cancel = bulkRoute('cancel', 'End all deliveries for good that match')

type Filter = z.infer<typeof selection>['filter']

export function addGroups(router: ApiRouter, served: Served): void {
  router.openapi(groups, async (context) => {
    const { state = 'failed', mode } = context.req.valid('query')
    const { isWhole, data } = await groupsOf(served, { state, mode })
    return context.json({ data: data.map(toGroupView), next: null, isWhole }, 200)
  })
  for (const [route, change] of [[retry, 'retry'] as const, [cancel, 'cancel'] as const]) {
    router.openapi(route, async (context) => {
      const { filter, dryRun } = context.req.valid('json')
      if (dryRun) return context.json({ matched: await countMatching(served, filter) }, 200)
      return context.json(await changeMatching(served, filter, change), 200)
    })
  }
}

async function groupsOf(
  { storage, inbox }: Served,
  { state, mode }: Pick<Filter, 'state' | 'mode'>,
): Promise<{ isWhole: boolean; data: DeliveryGroup[] }> {
  const found = await storage.deliveryGroups(state, groupedMax)
  const sources = sourcesOfMode(inbox.sources, mode)
  const isWanted = ({ target }: DeliveryGroup) => !sources || sources.includes(sourceOf(target))
  return { isWhole: found.isWhole, data: found.groups.filter(isWanted) }
}

async function countMatching(served: Served, filter: Filter): Promise<number> {
  const { data } = await groupsOf(served, filter)
  return data
    .filter(({ target }) => filter.target === undefined || target === filter.target)
    .filter(({ error }) => filter.error === undefined || error === filter.error)
    .reduce((sum, { count }) => sum + count, 0)
}

/** By steps that each are one transaction, between which events come in. */
async function changeMatching(
  { storage, inbox, handlers, clock }: Served,
  { mode, target, ...filter }: Filter,
  change: 'retry' | 'cancel',
): Promise<wire.BulkOutcome> {
  const sources = sourcesOfMode(inbox.sources, mode)
  const targets =
    target !== undefined || !sources
      ? [target]
      : handlers.filter(({ source }) => sources.includes(source)).map((each) => each.target)
  let changed = 0
  let left = rowsPerRequestMax
  for (const one of targets) {
    if (one !== undefined && sources && !sources.includes(sourceOf(one))) continue
    const selected: DeliverySelection = {
      ...given({ state: filter.state, target: one, error: filter.error }),
      until: clock.now(),
    }
    let after: number | null = 0
    while (after !== null) {
      if (left <= 0) return { changed, isDone: false }
      const step = await storage.changeDeliveries(selected, change, { after, limit: rowsPerStep })
      changed += step.changed
      after = step.next
      left -= rowsPerStep
    }
  }
  return { changed, isDone: true }
}

function toGroupView(group: DeliveryGroup): z.infer<typeof groupView> {
  const { target, error, count } = group
  return {
    ...{ target, error, count },
    source: sourceOf(target),
    handler: target.slice(target.indexOf('/') + 1),
    oldestAt: toTimestamp(group.firstAt),
    newestAt: toTimestamp(group.lastAt),
    sampleDeliveryId: group.deliveryId,
    sampleEventId: group.eventId,
    sampleError: group.lastError,
  }
}
