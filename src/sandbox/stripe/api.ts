/**
 * Stripe's HTTP API: who calls, with which parameters, answered by which route; once per
 * idempotency key.
 */
import { Hono } from 'hono'
import { decodeUtf8 } from '../../base/bytes.ts'
import { errorText } from '../../base/errors.ts'
import { readBody } from '../read-body.ts'
import { authenticate } from './authenticate.ts'
import type { StripeRoute } from './call.ts'
import { expandFields } from './expand.ts'
import { type Reply, replyOnce } from './idempotency.ts'
import { newStripeId } from './maker.ts'
import { apiVersion } from './objects/event.ts'
import { noParams, type Params, parseParams, texts } from './params.ts'
import { balanceRoutes } from './routes/balance.ts'
import { chargeRoutes } from './routes/charges.ts'
import { checkoutSessionRoutes } from './routes/checkout-sessions.ts'
import { customerRoutes } from './routes/customers.ts'
import { eventRoutes } from './routes/events.ts'
import { paymentIntentRoutes } from './routes/payment-intents.ts'
import { webhookEndpointRoutes } from './routes/webhook-endpoints.ts'
import type { StripeState } from './state.ts'
import { errorBody, StripeError } from './stripe-error.ts'

export const formBytesMax = 1_048_576

const stripeRoutes: readonly StripeRoute[] = [
  ...paymentIntentRoutes,
  ...checkoutSessionRoutes,
  ...customerRoutes,
  ...chargeRoutes,
  ...eventRoutes,
  ...webhookEndpointRoutes,
  ...balanceRoutes,
]

export function createStripeApi(state: StripeState): Hono {
  const api = new Hono()
  for (const route of stripeRoutes) {
    api.on(route.method, route.path, (context) =>
      answerCall(state, context.req.raw, { route, id: context.req.param('id') ?? '' }),
    )
  }
  api.all('/v1/*', (context) => {
    const { method, url } = context.req.raw
    return answerRefused(state, unknownUrl(method, new URL(url).pathname))
  })
  return api
}

interface Matched {
  readonly route: StripeRoute
  readonly id: string
}

async function answerCall(
  state: StripeState,
  request: Request,
  matched: Matched,
): Promise<Response> {
  const requestId = newStripeId(state, 'req_', 14)
  const key = request.method === 'POST' ? request.headers.get('idempotency-key') : null
  try {
    authenticate(request.headers)
    const params = await readParams(request)
    const { pathname } = new URL(request.url)
    const fingerprint = `${request.method} ${pathname} ${JSON.stringify(params.fields)}`
    const { reply, original } = replyOnce(state, { key, fingerprint, requestId }, () =>
      runRoute(state, matched, { params, key, requestId }),
    )
    const replayed: Record<string, string> = original
      ? { 'Idempotent-Replayed': 'true', 'Original-Request': original.requestId }
      : {}
    return respond(reply, {
      requestId,
      version: request.headers.get('stripe-version'),
      key,
      replayed,
    })
  } catch (thrown) {
    return respond(refusal(state, thrown, requestId), { requestId })
  }
}

function runRoute(
  state: StripeState,
  { route, id }: Matched,
  from: { params: Params; key: string | null; requestId: string },
): Reply {
  const { params, key, requestId } = from
  const cause = { id: requestId, idempotency_key: key }
  try {
    const answer = route.answer({ state, id, params, cause })
    return reply(200, expandFields(state, answer, texts(params, 'expand') ?? []))
  } catch (thrown) {
    return refusal(state, thrown, requestId)
  }
}

/** From the query of GET and DELETE, from the form body of POST. */
async function readParams(request: Request): Promise<Params> {
  if (request.method !== 'POST') return parseParams(new URL(request.url).search.slice(1))
  const { bytes, isCut } = await readBody(request.body, formBytesMax)
  if (isCut) throw badRequest(`The body is over the limit of ${formBytesMax} bytes.`, 413)
  if (bytes.byteLength === 0) return noParams
  const contentType = request.headers.get('content-type') ?? 'application/x-www-form-urlencoded'
  if (!/^application\/x-www-form-urlencoded\b/i.test(contentType)) {
    throw badRequest('The body is not a form. Send it as application/x-www-form-urlencoded.')
  }
  const body = decodeUtf8(bytes)
  if (body === undefined) throw badRequest('The body is not valid UTF-8.')
  return parseParams(body)
}

function badRequest(message: string, status = 400): StripeError {
  return new StripeError({ status, type: 'invalid_request_error', message })
}

function unknownUrl(method: string, path: string): StripeError {
  const known =
    'The sandbox knows payment intents, checkout sessions, customers, charges, payment methods, ' +
    'refunds, events, webhook endpoints and the balance.'
  const message = `Unrecognized request URL (${method}: ${path}). ${known}`
  return badRequest(message, 404)
}

function answerRefused(state: StripeState, error: StripeError): Response {
  const requestId = newStripeId(state, 'req_', 14)
  return respond(refusal(state, error, requestId), { requestId })
}

function refusal(state: StripeState, thrown: unknown, requestId: string): Reply {
  if (thrown instanceof StripeError) {
    return reply(thrown.details.status, errorBody(thrown.details, requestId))
  }
  state.log.error('The sandbox failed to answer', { requestId, error: errorText(thrown) })
  const message = 'The sandbox failed. Its log says why.'
  return reply(500, errorBody({ status: 500, type: 'api_error', message }, requestId))
}

function reply(status: number, body: object): Reply {
  return { status, body: JSON.stringify(body, null, 2) }
}

interface RespondOptions {
  readonly requestId: string
  readonly version?: string | null
  readonly key?: string | null
  readonly replayed?: Record<string, string>
}

function respond({ status, body }: Reply, options: RespondOptions): Response {
  return new Response(body, {
    status,
    headers: {
      'Cache-Control': 'no-cache, no-store',
      'Content-Type': 'application/json',
      'Request-Id': options.requestId,
      'Stripe-Version': options.version ?? apiVersion,
      ...(options.key && { 'Idempotency-Key': options.key }),
      ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="Stripe"' }),
      ...(status === 500 && { 'Stripe-Should-Retry': 'false' }),
      ...options.replayed,
    },
  })
}
