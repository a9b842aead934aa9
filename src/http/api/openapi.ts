/**
 * `/openapi.json`: the description of this API, made from the same schemas that check and type it.
 */
import { createRoute, z } from '@hono/zod-openapi'
import { type ApiRouter, json, refusals, strict } from './router.ts'

const read = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags: ['OpenAPI'],
  summary: 'This description',
  request: { query: strict({}) },
  responses: { 200: json(z.object({ openapi: z.string() }), 'An OpenAPI document.'), ...refusals },
})

export function addOpenApi(router: ApiRouter): void {
  router.openAPIRegistry.registerComponent('securitySchemes', 'adminKey', {
    type: 'http',
    scheme: 'bearer',
  })
  router.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'hookline_session',
  })
  router.openapi(read, (context) => context.json(describe(router), 200))
}

function describe(router: ApiRouter) {
  return router.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Hookline',
      version: 'v1',
      description:
        'The admin API. Errors are problem details (RFC 9457) with a stable `code`; times are ' +
        'RFC 3339 in UTC.',
    },
    security: [{ adminKey: [] }, { session: [] }],
  })
}
