/** `/admin-keys`: keys of the admin API beside the server's own, each with a scope and an end. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import { HooklineError } from '../../base/errors.ts'
import { newId } from '../../base/ids.ts'
import type * as wire from '../../client/wire.ts'
import { type AdminKey, adminKeysMax, adminScopes } from '../../storage/admin-keys.ts'
import { newAdminKey } from '../auth/admin-key.ts'
import type { Served } from '../served.ts'
import { text, timestamp } from './fields.ts'
import { listOf, pageOfArray, pageQuery, toPage } from './page.ts'
import { type ApiRouter, json, jsonBody, problemAnswer, refusals, strict } from './router.ts'

const tags = ['Admin keys']
const nameCharactersMax = 100
const daysMax = 3_650
const dayMs = 86_400_000

const scope = z.enum(adminScopes)
const name = text.max(nameCharactersMax).openapi({ example: 'CI' })
const params = z.object({ id: z.string().max(64) })

const view = z
  .object({
    id: z.string().openapi({ example: 'adm_01K4ZT0000000000000000000A' }),
    name,
    scope,
    createdAt: timestamp,
    expiresAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
    lastUsedAt: timestamp.nullable(),
  })
  .openapi('AdminKey')

const list = createRoute({
  method: 'get',
  path: '/admin-keys',
  tags,
  summary: 'The admin keys of the database, newest first',
  request: { query: strict(pageQuery) },
  responses: { 200: json(listOf(view), 'A page of admin keys.'), ...refusals },
})

const create = createRoute({
  method: 'post',
  path: '/admin-keys',
  tags,
  summary: 'Make an admin key; it is shown this once',
  request: {
    query: strict({}),
    body: jsonBody(
      strict({ name, scope, expiresInDays: z.int().min(1).max(daysMax).nullable().optional() }),
    ),
  },
  responses: {
    201: json(view.extend({ key: z.string() }), 'The key, with its value.'),
    409: problemAnswer('There are as many good keys as there may be.'),
    ...refusals,
  },
})

const revoke = createRoute({
  method: 'delete',
  path: '/admin-keys/{id}',
  tags,
  summary: 'Revoke an admin key, and end the sessions that began with it',
  request: { params, query: strict({}) },
  responses: {
    204: { description: 'It is revoked.' },
    404: problemAnswer('No good key has this id.'),
    ...refusals,
  },
})

/** Where no other is asked for: a key that nobody remembers ends by itself. */
export const expiresInDaysDefault = 90

export function addAdminKeys(router: ApiRouter, { storage, clock }: Served): void {
  router.openapi(list, async (context) => {
    const views = (await storage.adminKeys()).map(viewOf)
    return context.json(pageOfArray(views, toPage(context.req.valid('query'))), 200)
  })
  router.openapi(create, async (context) => {
    const { expiresInDays = expiresInDaysDefault, ...body } = context.req.valid('json')
    const now = clock.now()
    const { key, hash } = newAdminKey()
    const expiresAt = expiresInDays === null ? null : now + expiresInDays * dayMs
    const id = newId('adm', now)
    const made = await storage.createAdminKey(
      { ...body, id, hash, expiresAt },
      {
        actor: context.env.actor,
        action: 'admin-key.create',
        subject: id,
        details: { scope: body.scope },
      },
    )
    if (made === undefined) throw full()
    return context.json({ ...viewOf(made), key }, 201)
  })
  router.openapi(revoke, async (context) => {
    const { id } = context.req.valid('param')
    const entry = { actor: context.env.actor, action: 'admin-key.revoke', subject: id } as const
    if (!(await storage.revokeAdminKey(id, entry))) throw unknownKey()
    return context.body(null, 204)
  })
}

function viewOf(key: AdminKey): wire.AdminKeyView {
  const time = (atMs: number | null) => (atMs === null ? null : toTimestamp(atMs))
  const { id, name, scope, createdAt, expiresAt, revokedAt, lastUsedAt } = key
  return {
    id,
    name,
    scope,
    createdAt: toTimestamp(createdAt),
    expiresAt: time(expiresAt),
    revokedAt: time(revokedAt),
    lastUsedAt: time(lastUsedAt),
  }
}

function full(): HooklineError {
  return new HooklineError(
    'admin_keys_full',
    `There are ${adminKeysMax} admin keys that are good already. Programs likely make one for ` +
      'each run and revoke none. Revoke those that are not used.',
  )
}

function unknownKey(): HooklineError {
  return new HooklineError(
    'not_found',
    'No good admin key has this id. It was likely revoked before, has expired, or is misspelt. ' +
      'List them with `hookline admin-keys`.',
  )
}
