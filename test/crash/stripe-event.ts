/** A signed event as Stripe sends it. The signature is made here, without Hookline's own code. */
import { createHmac } from 'node:crypto'
import type { Behaviour } from './misbehaviour.ts'
import { secret } from './settings.ts'

const bodyBytes = 1_024

export interface SignedEvent {
  readonly id: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

export interface EventOptions extends Behaviour {
  /** The document that its handler changes: `accounts/<account>`. Absent: none. */
  readonly account?: string
  /** On PostgreSQL: events with the same are handled one at a time. */
  readonly ordered?: string
  /** On PostgreSQL: the rows of `counts` that its handler updates, in this order. */
  readonly locks?: string
}

export function stripeEvent(id: string, options: EventOptions = {}): SignedEvent {
  const body = bodyOf(id, options)
  const timestamp = Math.floor(Date.now() / 1_000)
  const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')
  return {
    id,
    body,
    headers: {
      'content-type': 'application/json',
      'stripe-signature': `t=${timestamp},v1=${signature}`,
    },
  }
}

function bodyOf(id: string, metadata: EventOptions): Buffer {
  const event = {
    id,
    object: 'event',
    created: 1_767_225_600,
    livemode: false,
    type: 'payment_intent.succeeded',
    data: { object: { id: `pi_${id}`, object: 'payment_intent', metadata, description: '' } },
  }
  const bare = JSON.stringify(event).length
  event.data.object.description = 'x'.repeat(Math.max(0, bodyBytes - bare))
  return Buffer.from(JSON.stringify(event))
}
