/** Connecting a source, as the API shows it: steps, differences, the guide. No secret is shown. */
import { z } from '@hono/zod-openapi'
import type * as wire from '../../client/wire.ts'
import { type Connector, newConnector } from '../../connect/connect.ts'
import { toConnectSource } from '../../connect/source.ts'
import type { Progress } from '../../connect/steps.ts'
import type { ConnectSource } from '../../connect/target.ts'
import type { Source } from '../../inbox/sources.ts'
import { newProviderCall } from '../../proxy/provider-call.ts'
import type { Served } from '../served.ts'
import { mode } from './event-view.ts'

const stepName = z.enum(['key', 'endpoint', 'secret', 'event'])

const progressMembers = {
  steps: z.array(z.object({ name: stepName, state: z.enum(['done', 'missing', 'not_needed']) })),
  next: z.object({ step: stepName, what: z.string() }).nullable().openapi({
    description: 'What to do for the first step that is missing.',
  }),
}

export const progressView = z
  .object(progressMembers)
  .openapi('ConnectProgress') satisfies z.ZodType<wire.ConnectProgress>

const texts = z.array(z.string())

export const connectView = z
  .object({
    ...progressMembers,
    source: z.string(),
    provider: z.string(),
    mode,
    url: z.string().nullable(),
    types: texts,
    isMadeHere: z.boolean(),
    sandboxUrl: z.string().nullable(),
    key: z
      .object({
        name: z.string(),
        origin: z.enum(['code', 'environment', '.env.local', 'vault', 'dev']),
      })
      .nullable(),
    keyNames: texts,
    secretNames: texts,
    place: z.object({ title: z.string(), example: z.string() }).nullable(),
    guide: z.object({ signUpUrl: z.string(), keySteps: texts, endpointSteps: texts }).nullable(),
  })
  .openapi('Connect') satisfies z.ZodType<wire.ConnectView>

export const driftView = z
  .object({
    kind: z.enum([
      'endpoint_missing',
      'endpoint_orphaned',
      'endpoint_disabled',
      'type_not_subscribed',
      'type_not_handled',
      'url_differs',
      'api_version_differs',
      'secret_unknown',
    ]),
    detail: z.string(),
    subjects: texts,
  })
  .openapi('Drift') satisfies z.ZodType<wire.DriftView>

export const endpointView = z
  .object({
    did: z.enum(['created', 'kept', 'changed', 'replaced']),
    endpointId: z.string(),
    url: z.string(),
    types: texts,
    apiVersion: z.string().nullable(),
    repaired: z.array(driftView),
  })
  .openapi('ConnectedEndpoint') satisfies z.ZodType<wire.ConnectedEndpoint>

export function connectorOf({ storage, vault, lookup, calls, clock }: Served): Connector {
  const call = newProviderCall(
    calls.proxy,
    (mode) => async (names) => (await lookup.use(names, mode, 'connect')).values,
  )
  return newConnector({ storage, vault, lookup, call, clock })
}

export function connectSourceOf({ inbox, handlers }: Served, source: Source): ConnectSource {
  return toConnectSource(source, inbox.sources.values(), handlers)
}

export interface ConnectFacts {
  readonly url: string | undefined
  readonly sandboxUrl: string | undefined
  readonly key: z.infer<typeof connectView>['key']
}

/** The name and the place of the API's key, where one is set. */
export async function keyOf(
  { lookup }: Pick<Served, 'lookup'>,
  { api, mode }: ConnectSource,
): Promise<ConnectFacts['key']> {
  const { name, origin } = await lookup.find(api?.keyNames ?? [], mode)
  return name === undefined || origin === undefined ? null : { name, origin }
}

/** With the URL filled into the steps that a person follows. */
export function toConnectView(
  source: ConnectSource,
  { steps, next }: Progress,
  { url, sandboxUrl, key }: ConnectFacts,
): z.infer<typeof connectView> {
  const { name, provider, mode, types, declaration, api, secretNames } = source
  const { endpoints } = declaration ?? {}
  const fill = (text: string) =>
    text
      .replaceAll('{url}', url ?? `<public address>/webhooks/${name}`)
      .replaceAll('{types}', types.length > 0 ? types.join(', ') : 'those that you need')
      .replaceAll('{secret}', secretNames[0] ?? 'its secret')
  return {
    ...{ source: name, provider, mode, steps: [...steps], next, url: url ?? null },
    types: [...new Set(types)].sort(),
    isMadeHere: endpoints !== undefined && api !== undefined,
    key,
    sandboxUrl: (endpoints?.sandboxEvent && sandboxUrl) ?? null,
    keyNames: [...(api?.keyNames ?? [])],
    secretNames: [...secretNames],
    place: endpoints?.place
      ? { title: endpoints.place.title, example: endpoints.place.example }
      : null,
    guide: declaration
      ? {
          signUpUrl: declaration.signUpUrl,
          keySteps: [...declaration.keySteps],
          endpointSteps: declaration.endpointSteps.map(fill),
        }
      : null,
  }
}
