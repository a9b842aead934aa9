/** `/tokens`: client tokens for servers that are not written in TypeScript. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import { expiresInSecondsMax, issueToken, readPatternsMax } from '../../realtime/access.ts'
import type { Served } from '../served.ts'
import { given, text, timestamp } from './fields.ts'
import { type ApiRouter, json, jsonBody, refusals, strict } from './router.ts'

const newToken = strict({
  sub: text.openapi({ description: 'Whom the token is for.' }),
  read: z
    .array(z.string().openapi({ example: 'users/u_1/**' }))
    .min(1)
    .max(readPatternsMax)
    .openapi({ description: 'Path patterns.' }),
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
    const { token, expiresAt } = await issueToken(access, given(context.req.valid('json')))
    return context.json({ token, expiresAt: toTimestamp(expiresAt) }, 200)
  })
}
