import { z } from '@hono/zod-openapi'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keepingLines } from '../../base/log-lines.ts'
import { adminOf, call } from '../testing/admin-call.ts'
import { deliveryOf, settle } from '../testing/deliveries.ts'
import { acceptRejection, aSample } from '../testing/observed.ts'
import { acceptEvent, startServed, type TestServed } from '../testing/served.ts'
import { type Way, ways } from '../testing/ways.ts'

interface Description {
  readonly openapi: string
  readonly info: { readonly title: string }
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: unknown }>> }>
  >
}

const routes = [
  'get /admin-keys',
  'post /admin-keys',
  'delete /admin-keys/{id}',
  'get /sources',
  'get /sources/{name}',
  'get /providers',
  'get /rejections',
  'get /events',
  'get /events/{id}',
  'post /events/{id}/replay',
  'get /events/{id}/curl',
  'get /deliveries/groups',
  'post /deliveries/retry',
  'post /deliveries/cancel',
  'post /replays/{id}/pause',
  'post /replays/{id}/resume',
  'get /stats/series',
  'get /changes',
  'get /logs',
  'get /server',
  'get /deliveries',
  'get /deliveries/{id}',
  'post /deliveries/{id}/retry',
  'post /deliveries/{id}/cancel',
  'get /replays',
  'get /replays/{id}',
  'post /replays',
  'post /replays/{id}/cancel',
  'get /documents',
  'get /documents/{path}',
  'put /documents/{path}',
  'delete /documents/{path}',
  'post /tokens',
  'get /connect/{source}',
  'get /connect/{source}/drift',
  'post /connect/{source}/key',
  'post /connect/{source}/endpoint',
  'post /connect/{source}/event',
  'get /keys',
  'put /keys/{name}',
  'post /keys/{name}/rotate',
  'delete /keys/{name}',
  'get /calls',
  'get /calls/{id}',
  'get /calls/summary',
  'get /audit',
  'get /audit/verify',
  'get /stats',
  'get /sandbox',
  'post /sandbox/play',
  'post /sandbox/pay',
  'get /learn',
  'get /learn/curl',
  'post /learn/keys/{name}/search',
  'get /openapi.json',
]

describe.each(ways)('/openapi.json $name', ({ open }) => {
  let served: TestServed
  let way: Way
  let description: Description
  beforeEach(async () => {
    served = await startServed()
    way = await open(served)
    const { body } = await call(way, '/openapi.json')
    description = body as Description // checked by what is read of it
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  const operations = () =>
    Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
    )

  test('describes every route, and no other', () => {
    expect(description).toMatchObject({ openapi: '3.1.0', info: { title: 'Hookline' } })
    const described = operations().map(({ method, path }) => `${method} ${path}`)
    expect(described.sort()).toEqual(routes.map((route) => route.replace(' ', ' /api/v1')).sort())
  })

  test('describes the problem that each route may answer', () => {
    for (const { method, path, operation } of operations()) {
      const schema = operation.responses[401]?.content?.['application/problem+json']?.schema
      expect(schema, `${method} ${path}`).toEqual({ $ref: '#/components/schemas/Problem' })
    }
  })

  test('describes routes that are there', async () => {
    for (const { method, path } of operations()) {
      const real = path.replace('/api/v1', '').replace(/\{\w+\}/, 'none')
      const { status, body } = await call(way, real, { method: method.toUpperCase() })
      const { code } = Object(body) as { code?: string } // a problem has one
      expect(status, `${method} ${path}`).not.toBe(405)
      expect(code === 'not_found' && !path.includes('{'), `${method} ${path}`).toBe(false)
    }
  })

  test('each answer has what is described and nothing beside it', async () => {
    const api = adminOf(way)
    const id = await acceptEvent(served, { occurredAt: 1 })
    await settle(served, 'stripe/grant', { outcome: 'failed', error: 'no user', retryAt: null })
    const { id: delivery } = await deliveryOf(served, id, 'stripe/grant')
    const { id: replay } = await api.replays.create({ filter: {} })
    await api.documents.put('users/u_1', { name: 'Ada' })
    await acceptRejection(served)
    keepingLines(served.logs, served.log).warn('looked', { event: id })
    await served.storage.writeSamples([aSample(served.clock.now())])
    const asked = [
      ['/sources', '/sources'],
      ['/sources/{name}', '/sources/stripe'],
      ['/rejections', '/rejections'],
      ['/events', '/events'],
      ['/events/{id}', `/events/${id}`],
      ['/deliveries', '/deliveries'],
      ['/deliveries/{id}', `/deliveries/${delivery}`],
      ['/replays', '/replays'],
      ['/replays/{id}', `/replays/${replay}`],
      ['/documents', '/documents'],
      ['/documents/{path}', '/documents/users/u_1'],
      ['/stats', '/stats'],
      ['/stats/series', '/stats/series?metric=received,ack_ms,queue_depth'],
      ['/deliveries/groups', '/deliveries/groups'],
      ['/events/{id}/curl', `/events/${id}/curl`],
      ['/logs', '/logs'],
      ['/server', '/server'],
      ['/providers', '/providers?limit=200'],
      ['/calls/summary', '/calls/summary?mode=test'],
    ] as const
    for (const [described, path] of asked) {
      const { body, status } = await call(way, path)
      expect(status).toBe(200)
      const operation = description.paths[`/api/v1${described}`]?.get
      const schema = operation?.responses[200]?.content?.['application/json']?.schema
      const outcome = closedSchema(schema, description).safeParse(body)
      expect(outcome.error?.issues ?? [], path).toEqual([])
      if (!path.startsWith('/documents'))
        expect(withoutMember(body, schema, description)).toBe(false)
    }
  })
})

/** The described schema, read back, in which no object has members that are not described. */
function closedSchema(schema: unknown, { components }: Description): z.ZodType {
  return z.fromJSONSchema(closed(schema, components.schemas) as never)
}

function closed(schema: unknown, known: Readonly<Record<string, unknown>>): unknown {
  if (schema === null || typeof schema !== 'object') return schema
  if (Array.isArray(schema)) return schema.map((inner) => closed(inner, known))
  if ('$ref' in schema) return closed(known[String(schema.$ref).split('/').at(-1) ?? ''], known)
  const entries = Object.entries(schema).map(([name, inner]) => [name, closed(inner, known)])
  const isOpen = 'properties' in schema && !('additionalProperties' in schema)
  return { ...Object.fromEntries(entries), ...(isOpen ? { additionalProperties: false } : {}) }
}

/** Whether the schema takes a member too many all the same: then it would check nothing. */
function withoutMember(body: unknown, schema: unknown, description: Description): boolean {
  return closedSchema(schema, description).safeParse({ ...Object(body), extra: 1 }).success
}
