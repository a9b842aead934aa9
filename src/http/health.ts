/** `/healthz`: the process answers. `/readyz`: it can also do its work; 503 says why it can not. */
import type { Served } from './served.ts'

export async function serveHealth(served?: Pick<Served, 'readiness'>): Promise<Response> {
  const { reasons, replication } = (await served?.readiness()) ?? { reasons: [] }
  const status = reasons.length === 0 ? 200 : 503
  return Response.json(
    { status: status === 200 ? 'ok' : 'unavailable', reasons, replication },
    { status, headers: { 'cache-control': 'no-store' } },
  )
}
