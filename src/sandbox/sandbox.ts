/**
 * The sandbox: pretend companies that answer their API and send their signed webhooks, with no
 * account and no network. It reaches nothing but this machine, keeps everything in memory and
 * forgets it when it stops.
 */
import { Hono } from 'hono'
import type { Clock } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { providers } from '../providers/index.ts'
import { createDeliverer, stopDeliverer } from './deliver.ts'
import { homePage } from './home-page.ts'
import { isLoopbackUrl } from './loopback.ts'
import { requestUrl } from './own-request.ts'
import { stylesheetPath } from './page.ts'
import { problemResponse } from './problem.ts'
import { type Random, systemRandom } from './random.ts'
import { createStripeApi } from './stripe/api.ts'
import { createCheckout } from './stripe/checkout/checkout.ts'
import { stripeRetryDelaysMs } from './stripe/emit.ts'
import { newWebhookEndpoint, type WebhookEndpoint } from './stripe/objects/webhook-endpoint.ts'
import { createPlay } from './stripe/play.ts'
import { createStripeState, type StripeState } from './stripe/state.ts'
import { createTools } from './stripe/tools.ts'
import { stylesheet } from './stylesheet.ts'

/**
 * A source of the development server: where its company sends events, and the secret that signs
 * them.
 */
export interface SandboxEndpoint {
  readonly provider: 'stripe'
  readonly url: string
  readonly secret: string
}

export interface SandboxOptions {
  /** How the sandbox itself is reached, such as `http://127.0.0.1:4601`. */
  readonly publicUrl: string
  readonly endpoints: readonly SandboxEndpoint[]
  readonly clock: Clock
  readonly log: Log
  /** The network. It is only ever asked for addresses on this machine. */
  readonly send: typeof fetch
  /** The waits between attempts, in milliseconds, instead of Stripe's. */
  readonly retryDelaysMs?: readonly number[]
  readonly random?: Random
}

export interface Sandbox {
  fetch(request: Request): Promise<Response>
  /** The development server's sources as they are now, after its program changed. */
  setEndpoints(endpoints: readonly SandboxEndpoint[]): void
  /** Ends what is being delivered and drops what waits. */
  stop(): Promise<void>
}

/** @throws HooklineError `config_invalid` for an endpoint on another machine. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { clock, log, send, random = systemRandom } = options
  const retryDelaysMs = options.retryDelaysMs ?? stripeRetryDelaysMs
  const deliverer = createDeliverer({ clock, log, random, send, retryDelaysMs })
  const publicUrl = options.publicUrl.replace(/\/+$/, '')
  const provider = providers.stripe
  const state = createStripeState({ clock, log, random, publicUrl, deliverer, provider })
  setEndpoints(state, options.endpoints)
  const api = createStripeApi(state)
  const everything = createRoutes(state, api)
  return {
    fetch: async (request) => {
      // Under Stripe's own name there is Stripe's API alone.
      const isStripes = requestUrl(request).hostname === 'api.stripe.com'
      return (isStripes ? api : everything).fetch(request)
    },
    setEndpoints: (endpoints) => setEndpoints(state, endpoints),
    stop: () => stopDeliverer(deliverer),
  }
}

function createRoutes(state: StripeState, api: Hono): Hono {
  const routes = new Hono()
  routes.get('/', () => homePage({ publicUrl: state.publicUrl, endpointUrls: endpointUrls(state) }))
  routes.get(stylesheetPath, (context) =>
    context.body(stylesheet, 200, { 'Content-Type': 'text/css; charset=utf-8' }),
  )
  // Browsers ask for it unbidden, and would report an error on every page.
  routes.get('/favicon.ico', (context) => context.body(null, 204))
  routes.route('/', createTools(state))
  routes.route(
    '/',
    createPlay(state, (request) => api.fetch(request)),
  )
  routes.route('/', createCheckout(state))
  routes.route('/', api)
  routes.onError((error) => problemResponse(error, state.log))
  return routes
}

function endpointUrls(state: StripeState): string[] {
  return [...state.endpoints.values()].map(({ endpoint }) => endpoint.url)
}

/**
 * Replaces the given endpoints; those that were created through the API stay, and so does one whose
 * address is given again: its deliveries go on.
 */
function setEndpoints(state: StripeState, endpoints: readonly SandboxEndpoint[]): void {
  for (const { url } of endpoints) if (!isLoopbackUrl(url)) throw notOnThisMachine(url)
  const before = [...state.endpoints.values()].filter(({ isGiven }) => isGiven)
  for (const { id } of before) state.endpoints.delete(id)
  const made = new Set(endpointUrls(state))
  for (const { url, secret } of endpoints) {
    if (made.has(url)) continue
    const known = before.find(({ endpoint }) => endpoint.url === url)
    const endpoint = known?.endpoint ?? givenEndpoint(state, url)
    state.endpoints.set(endpoint.id, { id: endpoint.id, endpoint, secret, isGiven: true })
  }
}

function givenEndpoint(state: StripeState, url: string): WebhookEndpoint {
  const description = 'The development server'
  const metadata = { hookline_sandbox: 'given' }
  return newWebhookEndpoint(state, { url, enabledEvents: ['*'], description, metadata })
}

function notOnThisMachine(url: string): HooklineError {
  return new HooklineError(
    'config_invalid',
    `The sandbox can not send to ${url}. It reaches this machine only, so that pretend events ` +
      'never arrive at a real server. Give it an address at 127.0.0.1, localhost or [::1].',
  )
}
