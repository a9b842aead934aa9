/** `/tokens`: client tokens for servers that are not written in TypeScript. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import { expiresInSecondsMax, issueToken, readPatternsMax } from '../../realtime/access.ts'
import { type ApiGrants, apisMax } from '../../realtime/grants.ts'
import type { Served } from '../served.ts'
import { given, text, timestamp } from './fields.ts'
import { type ApiRouter, json, jsonBody, refusals, strict } from './router.ts'

const count = z.int().min(1).optional()
const apiGrant = strict({
  requests: count.openapi({ description: 'In a window.' }),
  bytes: count.openapi({ description: 'Of bodies in a window, both ways.' }),
  windowSeconds: count,
  concurrent: count.openapi({ description: 'At the same time.' }),
})

const newToken = strict({
  sub: text.openapi({ description: 'Whom the token is for.' }),
  read: z
    .array(z.string().openapi({ example: 'users/u_1/**' }))
    .max(readPatternsMax)
    .optional()
    .openapi({ description: 'Path patterns.' }),
  apis: z
    .union([z.array(z.string()).max(apisMax), z.record(z.string(), apiGrant)])
    .optional()
    .openapi({ description: 'APIs to call: their names, or each with a budget.' }),
  expiresIn: z
    .int()
    .min(1)
    .max(expiresInSecondsMax)
    .optional()
    .openapi({ description: 'Whole seconds.' }),
})

const tokenView = z
  .object({ token: z.string(), expiresAt: timestamp })
  .openapi('Token') satisfies z.ZodType<wire.TokenView>

const create = createRoute({
  method: 'post',
  path: '/tokens',
  tags: ['Tokens'],
  summary: 'Make a token with which a client reads documents',
  request: { query: strict({}), body: jsonBody(newToken) },
  responses: { 200: json(tokenView, 'The token.'), ...refusals },
})

export function addTokens(router: ApiRouter, { access }: Served): void {
  router.openapi(create, async (context) => {
    const { apis, ...options } = given(context.req.valid('json'))
    const wanted = { ...options, ...(apis && { apis: toGrants(apis) }) }
    const { token, expiresAt } = await issueToken(access, wanted)
    return context.json({ token, expiresAt: toTimestamp(expiresAt) }, 200)
  })
}

function toGrants(apis: string[] | Record<string, z.infer<typeof apiGrant>>): ApiGrants {
  if (Array.isArray(apis)) return apis
  return Object.fromEntries(Object.entries(apis).map(([name, grant]) => [name, given(grant)]))
}
