/** `/keys`: the vault. Values go in and never come out, nor does any part of them. */
import { createRoute, z } from '@hono/zod-openapi'
import { keyNameCharactersMax } from '../../vault/refuse.ts'
import type { Served } from '../served.ts'
import { mode } from './event-view.ts'
import { given } from './fields.ts'
import { keyMissing, keyView, keyViews, viewOf } from './key-view.ts'
import { listOf, pageOfArray, pageQuery, toPage } from './page.ts'
import { type ApiRouter, json, jsonBody, problemAnswer, refusals, strict } from './router.ts'

const tags = ['Keys']
export const graceMsDefault = 86_400_000

const params = z.object({
  name: z.string().max(keyNameCharactersMax).openapi({ example: 'STRIPE_WEBHOOK_SECRET' }),
})
/** Not named in a refusal: zod says what is wrong with a value, and never the value. */
const value = z.string().openapi({ writeOnly: true, format: 'password' })
const unknown = { 404: problemAnswer('The vault has no such key.') }
const locked = { 503: problemAnswer('The server has no master key, or the database failed.') }

const list = createRoute({
  method: 'get',
  path: '/keys',
  tags,
  summary: 'The keys that are set or wanted, and where each comes from',
  request: { query: strict(pageQuery) },
  responses: { 200: json(listOf(keyView), 'A page of keys.'), ...refusals },
})

const set = createRoute({
  method: 'put',
  path: '/keys/{name}',
  tags,
  summary: 'Set a key; its values before are gone',
  request: { params, query: strict({}), body: jsonBody(strict({ value, mode: mode.optional() })) },
  responses: { 200: json(keyView, 'The key, without its value.'), ...refusals, ...locked },
})

const rotate = createRoute({
  method: 'post',
  path: '/keys/{name}/rotate',
  tags,
  summary: 'Set a key; its values before are good until the grace is over',
  request: {
    params,
    query: strict({}),
    body: jsonBody(strict({ value, mode: mode.optional(), graceMs: z.int().min(0).optional() })),
  },
  responses: { 200: json(keyView, 'The key, without its value.'), ...unknown, ...refusals },
})

const remove = createRoute({
  method: 'delete',
  path: '/keys/{name}',
  tags,
  summary: 'Remove a key from the vault, with all its values',
  request: { params, query: strict({ mode: mode.optional() }) },
  responses: { 204: { description: 'It is gone.' }, ...unknown, ...refusals },
})

export function addKeys(router: ApiRouter, served: Served): void {
  const { vault, lookup } = served
  router.openapi(list, async (context) => {
    const page = pageOfArray(await keyViews(served), toPage(context.req.valid('query')))
    return context.json(page, 200)
  })
  router.openapi(set, async (context) => {
    const { name } = context.req.valid('param')
    const key = { mode: served.mode, ...given(context.req.valid('json')) }
    await vault.set({ ...key, name }, context.env.actor)
    // Whoever is answered may count on it that this process uses it.
    await lookup.check()
    return context.json(await viewOf(served, name, key.mode), 200)
  })
  router.openapi(rotate, async (context) => {
    const { name } = context.req.valid('param')
    const body = given(context.req.valid('json'))
    const key = { mode: served.mode, graceMs: graceMsDefault, ...body }
    await vault.rotate({ ...key, name }, context.env.actor)
    await lookup.check()
    return context.json(await viewOf(served, name, key.mode), 200)
  })
  router.openapi(remove, async (context) => {
    const { name } = context.req.valid('param')
    const { mode = served.mode } = context.req.valid('query')
    if (!(await vault.remove(name, mode, context.env.actor))) throw keyMissing(name, mode)
    await lookup.check()
    return context.body(null, 204)
  })
}
