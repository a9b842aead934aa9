/** `/connect`: joins a source to its provider, and finds out whether it still is. */
import { createRoute, z } from '@hono/zod-openapi'
import type { ConnectOptions } from '../../connect/target.ts'
import { findSource, type Source } from '../../inbox/sources.ts'
import type { Served } from '../served.ts'
import {
  connectorOf,
  connectSourceOf,
  connectView,
  driftView,
  endpointView,
  keyOf,
  progressView,
  toConnectView,
} from './connect-view.ts'
import { text } from './fields.ts'
import { listOf } from './page.ts'
import { type ApiRouter, json, jsonBody, problemAnswer, refusals, strict } from './router.ts'

const tags = ['Connect']
const params = z.object({ source: text.openapi({ example: 'stripe' }) })

const address = z
  .string()
  .max(200)
  .refine(isAddress, 'is no address such as https://example.com')
  .transform((value) => value.replace(/\/+$/, ''))

const options = strict({
  apiBase: address.optional().openapi({
    description: "The provider's API on this machine, such as the sandbox. Test mode alone.",
  }),
  publicUrl: address.optional().openapi({
    description: 'Where the internet reaches this server; else HOOKLINE_PUBLIC_URL.',
  }),
  place: text.optional().openapi({ description: 'Such as a repository: octocat/hello-world.' }),
})

type Options = z.infer<typeof options>

const refused = {
  404: problemAnswer('No source has this name.'),
  409: problemAnswer('It has to be made by hand, or would be of no use.'),
  502: problemAnswer('The provider refused, or could not be reached.'),
  ...refusals,
}

const read = createRoute({
  method: 'get',
  path: '/connect/{source}',
  tags,
  summary: 'How far a source is connected, and how to go on',
  request: { params, query: options },
  responses: { 200: json(connectView, 'The steps and the guide.'), ...refused },
})

const drift = createRoute({
  method: 'get',
  path: '/connect/{source}/drift',
  tags,
  summary: 'How the endpoint at the provider differs from what the app wants',
  request: { params, query: options },
  responses: { 200: json(listOf(driftView), 'Empty where nothing differs.'), ...refused },
})

const key = createRoute({
  method: 'post',
  path: '/connect/{source}/key',
  tags,
  summary: 'Try the key with one harmless call',
  request: { params, query: strict({}), body: jsonBody(options) },
  responses: { 200: json(progressView, 'The key is good.'), ...refused },
})

const endpoint = createRoute({
  method: 'post',
  path: '/connect/{source}/endpoint',
  tags,
  summary: 'Make the webhook endpoint at the provider, or repair it',
  request: { params, query: strict({}), body: jsonBody(options) },
  responses: { 200: json(endpointView, 'The endpoint is as the app wants it.'), ...refused },
})

const sent = z.object({ isSent: z.boolean() }).openapi('ConnectEvent')

const event = createRoute({
  method: 'post',
  path: '/connect/{source}/event',
  tags,
  summary: 'Have the provider send an event, where it can',
  request: { params, query: strict({}), body: jsonBody(options) },
  responses: { 200: json(sent, 'False: somebody has to cause one.'), ...refused },
})

export function addConnect(router: ApiRouter, served: Served): void {
  const connector = connectorOf(served)
  const about = (name: string, given: Options) => {
    const source = findSource(served.inbox.sources, name)
    return { source: connectSourceOf(served, source), options: optionsOf(served, source, given) }
  }
  router.openapi(read, async (context) => {
    const { source, options } = about(context.req.valid('param').source, context.req.valid('query'))
    const { sandboxUrl } = served.server
    const facts = { url: options.url, sandboxUrl, key: await keyOf(served, source) }
    return context.json(toConnectView(source, await connector.progress(source), facts), 200)
  })
  router.openapi(drift, async (context) => {
    const { source, options } = about(context.req.valid('param').source, context.req.valid('query'))
    const found = await connector.check(source, options)
    return context.json({ data: found.map(toPlain), next: null }, 200)
  })
  router.openapi(key, async (context) => {
    const { source, options } = about(context.req.valid('param').source, context.req.valid('json'))
    await connector.tryKey(source, options)
    const { steps, next } = await connector.progress(source)
    return context.json({ steps: [...steps], next }, 200)
  })
  router.openapi(endpoint, async (context) => {
    const { source, options } = about(context.req.valid('param').source, context.req.valid('json'))
    const ensured = await connector.ensure(source, options, context.env.actor)
    const repaired = ensured.repaired.map(toPlain)
    return context.json({ ...ensured, types: [...ensured.types], repaired }, 200)
  })
  router.openapi(event, async (context) => {
    const { source, options } = about(context.req.valid('param').source, context.req.valid('json'))
    return context.json({ isSent: await connector.sendEvent(source, options) }, 200)
  })
}

/** The exact URL that a source is given in code comes first, as its signature may have it in it. */
function optionsOf(served: Served, source: Source, given: Options): ConnectOptions {
  const { apiBase, place, publicUrl = served.server.publicUrl } = given
  const path = `/webhooks/${encodeURIComponent(source.name)}`
  const own = given.publicUrl === undefined ? source.settings.publicUrl : undefined
  const url = own ?? (publicUrl && `${publicUrl.replace(/\/+$/, '')}${path}`)
  return { apiBase, place, url }
}

function isAddress(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, username, password, search, hash } = new URL(value)
  const isPlain = username === '' && password === '' && search === '' && hash === ''
  return ['http:', 'https:'].includes(protocol) && isPlain
}

function toPlain<T extends { readonly subjects: readonly string[] }>(found: T) {
  return { ...found, subjects: [...found.subjects] }
}
