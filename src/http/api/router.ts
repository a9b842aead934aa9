/** The router of the admin API, and how it refuses an unknown path, method or parameter. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { errorCodes, HooklineError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Actor } from '../../storage/audit.ts'
import { problem, problemOf } from '../problem.ts'

/** What every handler is told beside its request. */
export interface ApiEnvironment {
  readonly Bindings: { readonly actor: Actor }
}

export type ApiRouter = OpenAPIHono<ApiEnvironment>

export const apiPath = '/api/v1'
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const issuesShownMax = 3
const issueCharactersMax = 300

export function newRouter(log: Log): ApiRouter {
  const router = new OpenAPIHono<ApiEnvironment>({ defaultHook: refuseInvalid }).basePath(apiPath)
  router.notFound((context) => unknownRoute(router, context.req.path))
  router.onError((error) => problemOf(error, log))
  return router
}

interface Validated {
  readonly success: boolean
  readonly target: string
  readonly error?: z.core.$ZodError
}

/** Called by the router with the outcome of each validation. */
function refuseInvalid({ success, target, error }: Validated): void {
  if (success) return
  const issues = (error?.issues ?? []).slice(0, issuesShownMax)
  const where = target === 'json' ? 'the body' : `the ${target}`
  throw new HooklineError(
    'payload_invalid',
    `Not understood in ${where}: ${issues.map(issueText).join('; ')}. It was likely written ` +
      'for another route or version. Compare it with GET /api/v1/openapi.json.',
  )
}

function issueText({ path, message }: z.core.$ZodIssue): string {
  const name = path.length > 0 ? `${path.join('.')}: ` : ''
  return `${name}${message}`.slice(0, issueCharactersMax)
}

function unknownRoute(router: ApiRouter, path: string): Response {
  const allowed = methods.filter((method) => router.router.match(method, path)[0].length > 0)
  if (allowed.length === 0) {
    return problem(
      'not_found',
      'The admin API has no such path. It is misspelt, or of another version. The paths are in ' +
        'GET /api/v1/openapi.json.',
    )
  }
  if (allowed.includes('GET')) allowed.push('HEAD')
  const allow = allowed.join(', ')
  return problem('method_not_allowed', `This path allows ${allow}. Use one of them.`, {
    headers: { allow },
  })
}

/** An object with these members and no other; the refusal of another one names them. */
export function strict<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const names = Object.keys(shape)
  return z.strictObject(shape, {
    error: ({ code, keys }) =>
      code === 'unrecognized_keys'
        ? `unknown ${keys?.join(', ')}; known is ${names.length > 0 ? names.join(', ') : 'none'}`
        : undefined,
  })
}

export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } }, required: true }
}

const problemSchema = z
  .object({
    type: z.string().openapi({ example: 'urn:hookline:error:not_found' }),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ enum: Object.keys(errorCodes) }),
    detail: z.string(),
  })
  .openapi('Problem')

export function problemAnswer(description: string) {
  return { description, content: { 'application/problem+json': { schema: problemSchema } } }
}

/** What every route may answer instead. */
export const refusals = {
  400: problemAnswer('The request is not understood.'),
  401: problemAnswer('An admin key or a session is needed.'),
  403: problemAnswer('The session came from another site, or this is not allowed.'),
  429: problemAnswer('Too many wrong admin keys.'),
  503: problemAnswer('The database could not do it.'),
}
