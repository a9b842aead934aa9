/** `/sources`: where events come from, and whether that works. No secret is shown, not in part. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import { HooklineError } from '../../base/errors.ts'
import type * as wire from '../../client/wire.ts'
import type { Connector } from '../../connect/connect.ts'
import { flushRejections } from '../../inbox/rejections.ts'
import { factsOf } from '../../inbox/secret-notes.ts'
import type { Source } from '../../inbox/sources.ts'
import type { Served } from '../served.ts'
import { connectorOf, connectSourceOf, progressView } from './connect-view.ts'
import { eventView, mode, toEventView } from './event-view.ts'
import { timestamp, toTimestampOrNull } from './fields.ts'
import { listOf, pageOfArray, pageQuery, toPage } from './page.ts'
import { quietOf } from './quiet.ts'
import { rejectionView, toRejectionView } from './rejections.ts'
import { type ApiRouter, json, problemAnswer, refusals, strict } from './router.ts'

const tags = ['Sources']
const namesShownMax = 50

const eventTypeView = z
  .object({ type: z.string(), received: z.int(), lastAt: timestamp, handled: z.boolean() })
  .openapi('EventType') satisfies z.ZodType<wire.EventTypeView>

const secretView = z
  .object({
    origin: z.enum(['code', 'environment', '.env.local', 'vault', 'dev']),
    name: z.string().nullable(),
    kind: z.string().nullable(),
    fingerprint: z.string().nullable(),
    goodUntil: timestamp.nullable().openapi({
      description: 'After a rotation, of the values before; null for as long as it is set.',
    }),
  })
  .openapi('SourceSecret') satisfies z.ZodType<wire.SourceSecretView>

const sourceView = z
  .object({
    name: z.string(),
    provider: z.string(),
    providerTitle: z.string(),
    mode,
    path: z.string().openapi({ example: '/webhooks/stripe' }),
    handshake: z
      .enum(['secret_missing', 'waiting', 'verified'])
      .openapi({ description: 'What is still missing before it is known to work.' }),
    connect: progressView,
    hasSecret: z.boolean(),
    secretNames: z.array(z.string()).openapi({ description: 'Under which it is looked up.' }),
    secrets: z.array(secretView).openapi({ description: 'Without their values.' }),
    handlers: z.array(z.string()),
    lastEvent: eventView.nullable(),
    lastRejection: rejectionView.nullable(),
    eventTypes: z.array(eventTypeView),
    isQuiet: z.boolean().nullable().openapi({
      description: 'Silent for longer than it uses to be; null where too little is known.',
    }),
    usualGapMs: z.int().nullable(),
  })
  .openapi('Source') satisfies z.ZodType<wire.SourceView>

const list = createRoute({
  method: 'get',
  path: '/sources',
  tags,
  summary: 'The sources of the app',
  request: { query: strict(pageQuery) },
  responses: { 200: json(listOf(sourceView), 'A page of sources.'), ...refusals },
})

const one = createRoute({
  method: 'get',
  path: '/sources/{name}',
  tags,
  summary: 'One source',
  request: { params: z.object({ name: z.string() }), query: strict({}) },
  responses: {
    200: json(sourceView, 'The source.'),
    404: problemAnswer('No source has this name.'),
    ...refusals,
  },
})

export function addSources(router: ApiRouter, served: Served): void {
  const { sources } = served.inbox
  const connector = connectorOf(served)
  const viewOf = async (source: Source) => ({
    ...(await toSourceView(served, source)),
    connect: await progressIn(served, connector, source),
  })
  router.openapi(list, async (context) => {
    const page = pageOfArray([...sources.values()], toPage(context.req.valid('query')))
    const data = await Promise.all(page.data.map(viewOf))
    return context.json({ data, next: page.next }, 200)
  })
  router.openapi(one, async (context) => {
    const { name } = context.req.valid('param')
    const source = sources.get(name)
    if (!source) throw sourceUnknown(name, [...sources.keys()])
    return context.json(await viewOf(source), 200)
  })
}

async function toSourceView(
  { storage, inbox, handlers, clock }: Served,
  source: Source,
): Promise<Omit<z.infer<typeof sourceView>, 'connect'>> {
  const { name, provider, mode } = source
  const own = handlers.filter((handler) => handler.source === name)
  const isHandled = (type: string) => own.some((each) => ['*', type].includes(each.type))
  const lastEvent = await storage.lastEvent(name)
  await flushRejections(inbox.rejections)
  const [lastRejection] = (await storage.rejections({ sources: [name] }, { limit: 1 })).data
  const types = await storage.eventTypes(name)
  const quiet = await quietOf(storage, name, { lastAt: types[0]?.lastAt, now: clock.now() })
  return {
    name,
    provider: provider.name,
    providerTitle: provider.title,
    mode,
    path: `/webhooks/${encodeURIComponent(name)}`,
    handshake: isSecretMissing(source) ? 'secret_missing' : lastEvent ? 'verified' : 'waiting',
    hasSecret: source.secrets.length > 0,
    secretNames: [...provider.secretNames],
    secrets: secretsOf(source),
    handlers: own.map((handler) => handler.name),
    lastEvent: lastEvent ? toEventView(lastEvent) : null,
    lastRejection: lastRejection ? toRejectionView(lastRejection, inbox.sources) : null,
    eventTypes: types.map(({ type, received, lastAt }) => ({
      ...{ type, received, lastAt: toTimestamp(lastAt), handled: isHandled(type) },
    })),
    ...quiet,
  }
}

async function progressIn(served: Served, connector: Connector, source: Source) {
  const { steps, next } = await connector.progress(connectSourceOf(served, source))
  return { steps: [...steps], next }
}

function secretsOf({ secrets }: Source): z.infer<typeof secretView>[] {
  return factsOf(secrets).map((facts) => ({
    ...facts,
    goodUntil: toTimestampOrNull(facts.goodUntil),
  }))
}

/** Some providers sign with keys that they publish, and need no secret here. */
function isSecretMissing({ provider, secrets }: Source): boolean {
  return provider.secretNames.length > 0 && secrets.length === 0
}

function sourceUnknown(name: string, known: readonly string[]): HooklineError {
  return new HooklineError(
    'source_unknown',
    `No source is named '${name.slice(0, 100)}'. It is misspelt, or not in ` +
      'hookline({ sources }). ' +
      (known.length > 0
        ? `There are: ${known.slice(0, namesShownMax).join(', ')}.`
        : 'There is none at all.'),
  )
}
