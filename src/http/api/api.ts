/**
 * `/api/v1/*`: asks for an admin first, whatever the path, then lets the router answer. Every
 * answer is JSON that no cache keeps; every failure is a problem detail with a stable code.
 */

import { actorOf } from '../actor.ts'
import { refusal } from '../auth/refusal.ts'
import { requireAdmin } from '../auth.ts'
import type { Served } from '../served.ts'
import { addAdminKeys } from './admin-keys.ts'
import { addAudit } from './audit.ts'
import { auditedAnswer } from './audited.ts'
import { addCalls } from './calls.ts'
import { addCallsSummary } from './calls-summary.ts'
import { addChanges } from './changes.ts'
import { addConnect } from './connect.ts'
import { addCurl } from './curl.ts'
import { addDeliveries } from './deliveries.ts'
import { addDocuments } from './documents.ts'
import { addEvents } from './events.ts'
import { addGroups } from './groups.ts'
import { withCheckedBody } from './json-body.ts'
import { addKeys } from './keys.ts'
import { addLearn } from './learn.ts'
import { addLogs } from './logs.ts'
import { addOpenApi } from './openapi.ts'
import { addProviders } from './providers.ts'
import { addRejections } from './rejections.ts'
import { addReplays } from './replays.ts'
import { type ApiRouter, newRouter } from './router.ts'
import { addSandbox } from './sandbox.ts'
import { addSeries } from './series.ts'
import { addServer } from './server.ts'
import { addSources } from './sources.ts'
import { addStats } from './stats.ts'
import { addTokens } from './tokens.ts'

const nouns = [
  addSources,
  addProviders,
  addConnect,
  addRejections,
  addEvents,
  addCurl,
  addGroups,
  addDeliveries,
  addReplays,
  addDocuments,
  addTokens,
  addKeys,
  addAdminKeys,
  addAudit,
  addCallsSummary,
  addCalls,
  addStats,
  addSeries,
  addChanges,
  addLogs,
  addServer,
  addSandbox,
  addLearn,
]

/**
 * @example const response = await createApi(served)(new Request('http://localhost/api/v1/events'))
 */
export function createApi(served: Served): (request: Request) => Promise<Response> {
  const router = newRouter(served.log)
  for (const add of nouns) add(router, served)
  addOpenApi(router)
  return async (request) => {
    const response = await answer(served, router, request)
    response.headers.set('cache-control', 'no-store')
    response.headers.set('x-content-type-options', 'nosniff')
    return response
  }
}

async function answer(served: Served, router: ApiRouter, request: Request): Promise<Response> {
  try {
    const actor = actorOf(await requireAdmin(served, request), served)
    const checked = await withCheckedBody(request)
    return await auditedAnswer(served, { actor, request: checked }, (known) =>
      router.fetch(known, { actor }),
    )
  } catch (error) {
    return refusal(error, served.log)
  }
}
