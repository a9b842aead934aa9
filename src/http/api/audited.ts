/**
 * Which requests of the admin API go into the audit log, and as what. Every route that writes is
 * here, or is one whose storage verb writes the entry together with the change; a test holds that.
 */
import type { Actor, AuditAction } from '../../storage/audit.ts'
import { audit } from '../audit.ts'
import type { Served } from '../served.ts'
import { apiPath } from './router.ts'

interface Act {
  readonly action: AuditAction
  /** The parameter of the path that it is done to, or the member of the body. */
  readonly subject: { readonly parameter: string } | { readonly member: string }
}

/** By method and path, as OpenAPI writes them. */
export const audited: Readonly<Record<string, Act>> = {
  'post /events/{id}/replay': act('event.replay'),
  'post /replays': { action: 'replay.create', subject: { member: 'filter' } },
  'post /replays/{id}/cancel': act('replay.cancel'),
  'post /replays/{id}/pause': act('replay.pause'),
  'post /replays/{id}/resume': act('replay.resume'),
  'post /deliveries/retry': { action: 'delivery.retry', subject: { member: 'filter' } },
  'post /deliveries/cancel': { action: 'delivery.cancel', subject: { member: 'filter' } },
  'post /deliveries/{id}/retry': act('delivery.retry'),
  'post /deliveries/{id}/cancel': act('delivery.cancel'),
  'put /documents/{path}': act('document.write', 'path'),
  'delete /documents/{path}': act('document.delete', 'path'),
  'post /connect/{source}/key': act('connection.try', 'source'),
  'post /connect/{source}/endpoint': act('connection.make', 'source'),
  'post /connect/{source}/event': act('connection.event', 'source'),
  'post /sandbox/play': { action: 'sandbox.send', subject: { member: 'type' } },
  'post /sandbox/pay': { action: 'sandbox.send', subject: { member: 'orderId' } },
  'post /learn/keys/{name}/search': act('key.search', 'name'),
  'post /tokens': { action: 'token.issue', subject: { member: 'sub' } },
}

/** Their entry is part of the transaction that writes. */
export const auditedByStorage: readonly string[] = [
  'put /keys/{name}',
  'post /keys/{name}/rotate',
  'delete /keys/{name}',
  'post /admin-keys',
  'delete /admin-keys/{id}',
]

function act(action: AuditAction, parameter = 'id'): Act {
  return { action, subject: { parameter } }
}

const routes = Object.entries(audited).map(([route, done]) => {
  const [method = '', path = ''] = route.split(' ')
  const pattern = path.replace('{path}', '(?<path>.+)').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  return { method: method.toUpperCase(), pattern: new RegExp(`^${apiPath}${pattern}$`), ...done }
})

/** Undefined where the request is none that is written down. */
export function actIn(request: Request): ((body: unknown) => Done) | undefined {
  const { pathname } = new URL(request.url)
  for (const { method, pattern, action, subject } of routes) {
    const match = method === request.method ? pattern.exec(pathname) : null
    if (!match) continue
    return (body) => ({
      action,
      subject:
        'parameter' in subject
          ? decoded(match.groups?.[subject.parameter])
          : shown(memberOf(body, subject.member)),
    })
  }
  return undefined
}

export interface Done {
  readonly action: AuditAction
  readonly subject: string
}

/** Answers by way of `answer`, and writes down what succeeded. A dry run does nothing. */
export async function auditedAnswer(
  { storage }: Pick<Served, 'storage'>,
  { actor, request }: { readonly actor: Actor; readonly request: Request },
  answer: (request: Request) => Response | Promise<Response>,
): Promise<Response> {
  const done = actIn(request)
  if (!done) return await answer(request)
  const copy = request.clone()
  const response = await answer(request)
  if (!response.ok) return response
  const body: unknown = await copy.json().catch(() => undefined)
  if (memberOf(body, 'dryRun') !== true) await audit(storage, actor, done(body))
  return response
}

function memberOf(body: unknown, name: string): unknown {
  const isObject = typeof body === 'object' && body !== null
  return isObject ? Object.getOwnPropertyDescriptor(body, name)?.value : undefined
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function decoded(text = ''): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
