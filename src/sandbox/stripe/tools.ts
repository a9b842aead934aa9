/**
 * What Hookline's own command line and demo ask of the sandbox, under `/_sandbox/`: events on
 * demand, a forged one, one again, and what was delivered. None of it is Stripe's.
 */
import { Hono } from 'hono'
import { toTimestamp } from '../../base/clock.ts'
import { HooklineError } from '../../base/errors.ts'
import { newestFirst } from '../collection.ts'
import type { AttemptRecord, Deliverer } from '../deliver.ts'
import { requireOwnRequest } from '../own-request.ts'
import { problemResponse } from '../problem.ts'
import { endpointsFor, sendEvent, storeEvent } from './emit.ts'
import { newStripeId } from './maker.ts'
import { eventBytes, type StripeEvent } from './objects/event.ts'
import { rememberSample } from './remember-sample.ts'
import type { StoredEvent, StripeState } from './state.ts'
import { forgeBody, readToolBody, resendBody, triggerBody } from './tool-requests.ts'
import { planTrigger, sampleEvent, setValues, type TriggerOptions } from './trigger.ts'

export const toolsPath = '/_sandbox'
export const logItemsMax = 200

/** An attempt as these routes show it. */
export interface DeliveryReport {
  readonly event: string
  readonly type: string
  readonly url: string | null
  readonly attempt: number
  readonly ok: boolean
  readonly status: number | null
  readonly body: string | null
  readonly error: string | null
  readonly at: string
  readonly durationMs: number
  readonly nextAttemptAt: string | null
}

export interface SentEvent {
  readonly id: string
  readonly type: string
  /** The first attempt at each endpoint. */
  readonly deliveries: readonly DeliveryReport[]
}

/** The answer to `resend` and `forge`: the first endpoint's, and every endpoint's. */
export interface SentOnce extends SentEvent {
  readonly ok: boolean
  readonly status: number | null
  readonly body: string | null
}

interface Target {
  readonly source?: string | undefined
  readonly provider?: string | undefined
  readonly url?: string | undefined
}

export function createTools(state: StripeState): Hono {
  const tools = new Hono().basePath(toolsPath)
  tools.use(async (context, next) => {
    requireOwnRequest(context.req.raw, state.publicUrl)
    await next()
  })
  tools.post('/trigger', async (context) => {
    const body = await readToolBody(context.req.raw, triggerBody)
    return context.json({ data: await trigger(state, body) })
  })
  tools.post('/forge', async (context) => {
    const body = await readToolBody(context.req.raw, forgeBody)
    return context.json(await forge(state, body))
  })
  tools.post('/resend', async (context) => {
    const body = await readToolBody(context.req.raw, resendBody)
    return context.json(await resend(state, body))
  })
  tools.get('/log', (context) => context.json({ data: recentReports(state.deliverer) }))
  tools.onError((error) => problemResponse(error, state.log))
  return tools
}

export async function trigger(
  state: StripeState,
  body: TriggerOptions & Target,
): Promise<SentEvent[]> {
  const endpointId = endpointIdOf(state, body)
  const sendings = planTrigger(state, body)
  const pending_webhooks = endpointsFor(state, body.type).length
  const stored = new Map(
    [...new Set(sendings)].map((event) => {
      rememberSample(state, event)
      return [event, storeEvent(state, { ...event, pending_webhooks })] as const
    }),
  )
  return Promise.all(
    sendings.flatMap((event) => {
      const known = stored.get(event)
      return known ? [sentEvent(known, sendEvent(state, known, { endpointId }))] : []
    }),
  )
}

/**
 * An event like the last one, but of its own id and signed by somebody who does not have the
 * secret.
 */
export async function forge(
  state: StripeState,
  body: Target & { type?: string | undefined; set?: TriggerOptions['set'] },
): Promise<SentOnce> {
  const like = lastEvent(state, body.type)
  const genuine = like
    ? setValues(parsed(like), body.set ?? {})
    : sampleEvent(state, body.type ?? 'payment_intent.succeeded', body.set)
  const event = { ...genuine, id: newStripeId(state, 'evt_1', 23) }
  const stored = {
    id: event.id,
    type: event.type,
    created: event.created,
    body: eventBytes(event),
    pendingWebhooks: 0,
  }
  const wrongSecret = newStripeId(state, 'whsec_', 32)
  return sendOnce(state, stored, { endpointId: endpointIdOf(state, body), wrongSecret })
}

/** The same bytes again, signed at this moment, as Stripe does when it did not get its 2xx. */
export async function resend(
  state: StripeState,
  body: Target & { id?: string | undefined; type?: string | undefined },
): Promise<SentOnce> {
  const stored = body.id ? state.events.items.get(body.id) : lastEvent(state, body.type)
  if (stored) return sendOnce(state, stored, { endpointId: endpointIdOf(state, body) })
  throw new HooklineError(
    'not_found',
    'There is no such event to send again. The sandbox has not sent it, or has forgotten it. ' +
      'Trigger one first, or look at /v1/events.',
  )
}

async function sendOnce(
  state: StripeState,
  stored: StoredEvent,
  options: { endpointId: string | undefined; wrongSecret?: string },
): Promise<SentOnce> {
  const sent = await sentEvent(stored, sendEvent(state, stored, { ...options, isRetried: false }))
  const [first] = sent.deliveries
  if (first) return { ...sent, ok: first.ok, status: first.status, body: first.body }
  throw new HooklineError(
    'not_found',
    `No endpoint takes ${stored.type}. None is registered, or none wants this type. ` +
      'Start the dev server, or create a webhook endpoint.',
  )
}

async function sentEvent(
  { id, type }: StoredEvent,
  sending: readonly Promise<AttemptRecord>[],
): Promise<SentEvent> {
  const records = await Promise.all(sending)
  return { id, type, deliveries: records.map(reportOf) }
}

function lastEvent(state: StripeState, type: string | undefined): StoredEvent | undefined {
  return newestFirst(state.events).find((event) => type === undefined || event.type === type)
}

function parsed(stored: StoredEvent): StripeEvent {
  return JSON.parse(new TextDecoder().decode(stored.body)) as StripeEvent // our own bytes
}

/**
 * The endpoint of a source, by the last part of its path; undefined for all endpoints of the
 * company.
 */
function endpointIdOf(state: StripeState, { source, provider, url }: Target): string | undefined {
  const name = source ?? provider ?? 'stripe'
  const endpoints = [...state.endpoints.values()]
  const known = endpoints.find(({ endpoint }) => endpoint.url === url)
  if (known) return known.id
  const named = endpoints.find(({ endpoint }) => lastPathPart(endpoint.url) === name)
  if (named || name === 'stripe') return named?.id
  throw new HooklineError(
    'source_unknown',
    `The sandbox knows no source named '${name}'. It plays Stripe, and no endpoint ends in it. ` +
      "Use 'stripe', or the name of a source in hookline.ts.",
  )
}

export function lastPathPart(url: string): string {
  return new URL(url).pathname.split('/').at(-1) ?? ''
}

function recentReports(deliverer: Deliverer): DeliveryReport[] {
  return deliverer.records.slice(-logItemsMax).reverse().map(reportOf)
}

export function reportOf(record: AttemptRecord): DeliveryReport {
  return {
    event: record.eventId,
    type: record.type,
    url: record.url ?? null,
    attempt: record.attempt,
    ok: record.ok,
    status: record.status ?? null,
    body: record.body ?? null,
    error: record.error ?? null,
    at: toTimestamp(record.startedAt),
    durationMs: record.durationMs,
    nextAttemptAt: record.nextAttemptAt ? toTimestamp(record.nextAttemptAt) : null,
  }
}
