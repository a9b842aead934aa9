/** `/providers`: what is needed to add a source of each, out of its declaration. */
import { createRoute, z } from '@hono/zod-openapi'
import type * as wire from '../../client/wire.ts'
import { type ProviderForm, providerForms } from '../../connect/provider-forms.ts'
import type { Served } from '../served.ts'
import { listOf, pageOfArray, pageQuery, toPage } from './page.ts'
import { type ApiRouter, json, refusals, strict } from './router.ts'

const secret = z.object({
  title: z.string().openapi({ example: 'webhook secret' }),
  names: z.array(z.string()).openapi({ description: 'Of the key, the most usual first.' }),
  begins: z.string().nullable().openapi({ example: 'whsec_' }),
  isPublic: z.boolean().openapi({ description: 'Anybody may see it.' }),
  isChosen: z.boolean().openapi({ description: 'Made up here and entered at the provider.' }),
})

const setting = z.object({
  name: z.string().openapi({ example: 'publicUrl' }),
  title: z.string(),
  kind: z.enum(['text', 'url', 'number', 'choice', 'list']),
  about: z.string(),
  choices: z.array(z.string()).openapi({ description: 'The first is the default.' }),
  isRequired: z.boolean(),
  isSecret: z.boolean().openapi({ description: "Must not stand in the app's text." }),
  hasDefault: z.boolean().openapi({ description: 'The public address stands in for it.' }),
})

const providerView = z
  .object({
    name: z.string(),
    title: z.string(),
    exportName: z.string().openapi({ example: 'awsSns' }),
    docsUrl: z.string(),
    secret: secret.nullable().openapi({ description: 'Null where there is none to set.' }),
    settings: z.array(setting),
    types: z.array(z.string()).openapi({ description: 'Some that it sends.' }),
    signUpUrl: z.string().nullable(),
    endpointSteps: z.array(z.string()).openapi({
      description: 'For a person; `{url}`, `{types}` and `{secret}` are to be filled in.',
    }),
  })
  .openapi('Provider') satisfies z.ZodType<wire.ProviderView>

const list = createRoute({
  method: 'get',
  path: '/providers',
  tags: ['Sources'],
  summary: 'The providers, with what a source of each needs',
  request: { query: strict(pageQuery) },
  responses: { 200: json(listOf(providerView), 'A page of providers.'), ...refusals },
})

export function addProviders(router: ApiRouter, _: Served): void {
  router.openapi(list, async (context) => {
    const { data, next } = pageOfArray(providerForms(), toPage(context.req.valid('query')))
    return context.json({ data: data.map(toView), next }, 200)
  })
}

/** The lists of a declaration are never written to; those of an answer may be. */
function toView(form: ProviderForm): z.infer<typeof providerView> {
  const { secret, settings, types, endpointSteps } = form
  return {
    ...form,
    secret: secret && { ...secret, names: [...secret.names] },
    settings: settings.map((each) => ({ ...each, choices: [...each.choices] })),
    types: [...types],
    endpointSteps: [...endpointSteps],
  }
}
