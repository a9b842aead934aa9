/** `/v1/events`: what was emitted, to look up again. */
import type { StripeCall, StripeRoute } from '../call.ts'
import { findByPath } from '../find.ts'
import { listPage } from '../lists.ts'
import type { StripeEvent } from '../objects/event.ts'
import { text, texts } from '../params.ts'
import type { StoredEvent } from '../state.ts'

export const eventRoutes: readonly StripeRoute[] = [
  { method: 'GET', path: '/v1/events', answer: list },
  { method: 'GET', path: '/v1/events/:id', answer: find },
]

function list({ state, params }: StripeCall): object {
  const matchesType = typeFilter([
    ...(texts(params, 'types') ?? []),
    ...[text(params, 'type') ?? []].flat(),
  ])
  const page = listPage(state.events, {
    params,
    url: '/v1/events',
    created: (event) => event.created,
    matches: (event) => matchesType(event.type),
  })
  return { ...page, data: page.data.map(shown) }
}

function find({ state, id }: StripeCall): StripeEvent {
  return shown(findByPath(state.events, id, { object: 'event' }))
}

/** A type may end in `*`: `customer.*`. */
function typeFilter(wanted: readonly string[]): (type: string) => boolean {
  if (wanted.length === 0) return () => true
  return (type) =>
    wanted.some((word) => (word.endsWith('*') ? type.startsWith(word.slice(0, -1)) : type === word))
}

function shown(stored: StoredEvent): StripeEvent {
  const event = JSON.parse(new TextDecoder().decode(stored.body)) as StripeEvent // our own bytes
  return { ...event, pending_webhooks: stored.pendingWebhooks }
}
