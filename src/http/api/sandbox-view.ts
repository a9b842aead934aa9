/**
 * What the sandbox answers, as the API shows it. The sandbox is another process, of this version:
 * its answer is looked at once and trusted afterwards.
 */
import { z } from '@hono/zod-openapi'
import { HooklineError } from '../../base/errors.ts'
import { parseJson } from '../../base/json.ts'
import type * as wire from '../../client/wire.ts'
import type { Sources } from '../../inbox/sources.ts'

const scenario = z.object({
  name: z.string(),
  title: z.string(),
  about: z.string(),
  isCounted: z.boolean(),
})

const told = {
  provider: z.string(),
  title: z.string(),
  types: z.array(z.string()),
  scenarios: z.array(scenario),
  cards: z.array(z.object({ name: z.string(), effect: z.string() })),
}

export const sandboxProviderView = z
  .object({ ...told, sources: z.array(z.string()) })
  .openapi('SandboxProvider') satisfies z.ZodType<wire.SandboxProviderView>

const toldCatalogue = z.object({
  data: z.array(z.object({ ...told, endpoints: z.array(z.object({ source: z.string() })) })),
})

/** With those of its endpoints that are sources of this app. */
export function catalogue(
  answer: unknown,
  sources: Sources,
): z.infer<typeof sandboxProviderView>[] {
  return known(toldCatalogue, answer).data.map(({ endpoints, ...provider }) => {
    const names = new Set(endpoints.map(({ source }) => source))
    const own = [...names].filter((name) => sources.get(name)?.provider.name === provider.provider)
    return { ...provider, sources: own }
  })
}

const sentEvents = z.array(
  z.object({
    id: z.string(),
    type: z.string(),
    deliveries: z.array(z.object({ status: z.int().nullable(), body: z.string().nullable() })),
  }),
)

export function sendings(answer: unknown): wire.SendingView[] {
  return toSendings(Object(answer).data)
}

/** One for each posting; an event that nobody wanted has none. */
export function toSendings(events: unknown): wire.SendingView[] {
  return known(sentEvents, events).flatMap(({ id, type, deliveries }) =>
    deliveries.map(({ status, body }) => ({
      ...{ type, providerEventId: id, status },
      ...outcomeOf(status, body),
    })),
  )
}

/** This server's own answer to a webhook, as the sandbox got it. */
function outcomeOf(
  status: number | null,
  body: string | null,
): Pick<wire.SendingView, 'eventId' | 'outcome'> {
  const answer = Object(parseJson(body ?? '')) as { id?: unknown; duplicate?: unknown }
  if (status === 200) {
    const eventId = typeof answer.id === 'string' ? answer.id : null
    return { eventId, outcome: answer.duplicate === true ? 'known' : 'stored' }
  }
  return { eventId: null, outcome: status === 400 ? 'refused' : 'failed' }
}

function known<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  throw new HooklineError(
    'egress_failed',
    'The sandbox answered something else than it does. It is likely of another version. Start ' +
      '`hookline dev` again.',
  )
}
