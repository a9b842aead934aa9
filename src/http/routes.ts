/** Which part answers a request. The webhooks come first, before any router. */
import { refusal } from './auth/refusal.ts'
import { isCallPath, serveCall } from './call.ts'
import { clientModule, clientPrefix } from './client-module.ts'
import { serveDashboard } from './dashboard.ts'
import { serveHealth } from './health.ts'
import { livePrefix, serveLive } from './live.ts'
import { metricsRoute, serveMetrics } from './metrics.ts'
import { problem } from './problem.ts'
import type { Serve, Served, Surface } from './served.ts'
import { signInRoutes } from './sign-in.ts'
import { serveWebhook, webhooksPrefix } from './webhooks.ts'

type Part = (request: Request, pathname: string) => Promise<Response | undefined>

export function createServe(served: Served): Serve {
  const shared: Part = async (_, pathname) => {
    if (pathname === '/healthz') return await serveHealth()
    return undefined
  }
  const webhooks = webhooksPart(served)
  // On both: the dashboard is told what changed, and makes test calls, where it is itself.
  const clients = clientsPart(served)
  const admin = adminPart(served)
  const parts: Record<Surface, readonly Part[]> = {
    all: [shared, webhooks, clients, admin, fallbackPart(served)],
    public: [shared, webhooks, clients, fallbackPart(served)],
    admin: [shared, clients, admin],
  }
  return async (request, surface = 'all') => {
    try {
      const { pathname } = new URL(request.url)
      for (const part of parts[surface]) {
        const response = await part(request, pathname)
        if (response) return response
      }
      return problem(
        'not_found',
        'Nothing is served at this path. The routes are in the reference.',
      )
    } catch (error) {
      return refusal(error, served.log)
    }
  }
}

function webhooksPart({ inbox }: Served): Part {
  return async (request, pathname) =>
    pathname.startsWith(webhooksPrefix) ? await serveWebhook(inbox, request) : undefined
}

function clientsPart(served: Served): Part {
  return async (request, pathname) => {
    if (pathname.startsWith(livePrefix)) return await serveLive(served, request)
    if (isCallPath(served.calls, pathname)) return await serveCall(served, request)
    if (pathname.startsWith(clientPrefix)) return clientModule(request, pathname)
    return undefined
  }
}

function adminPart(served: Served): Part {
  const api = lazyApi(served)
  const signIn = signInRoutes(served)
  return async (request, pathname) => {
    if (pathname.startsWith('/api/v1/') || pathname === '/api/v1') return await api(request)
    if (pathname === metricsRoute) return await serveMetrics(served, request)
    if (pathname === '/readyz') return await serveHealth(served)
    return (await signIn(request)) ?? (await serveDashboard(served, request, pathname))
  }
}

/**
 * Loaded with the first request to it: the descriptions of its routes take as long to load as all
 * else, and no provider should wait for them.
 */
function lazyApi(served: Served): (request: Request) => Promise<Response> {
  let loaded: Promise<(request: Request) => Promise<Response>> | undefined
  return async (request) => {
    loaded ??= import('./api/index.ts').then(({ createApi }) => createApi(served))
    return await (await loaded)(request)
  }
}

function fallbackPart({ fallback }: Served): Part {
  return async (request) => fallback?.(request)
}
