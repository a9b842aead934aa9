/** The load under which work is counted: so many senders at the same time, one event of each. */
import type { NewEvent, Storage } from '../../src/storage/storage.ts'

/** What is in one commit where so many senders wait at the same time. */
export const groupSize = 64
const bodyBytes = 2_500

let made = 0

/** Keys in no order, as those of most senders. */
function newEvent(): NewEvent {
  const key = Math.imul(made++, 2_654_435_761) >>> 0
  return {
    source: 'stripe',
    dedupeKey: `evt_${key.toString(36).padStart(24, '0')}`,
    type: 'payment_intent.succeeded',
    mode: 'test',
    receivedAt: Date.now(),
    occurredAt: null,
    headers: [['content-type', 'application/json']],
    body: Buffer.alloc(bodyBytes, 'a'),
    deliveries: [{ target: 'handler', orderKey: null }],
  }
}

export async function acceptGroup(storage: Storage): Promise<void> {
  await Promise.all(Array.from({ length: groupSize }, () => storage.acceptEvents([newEvent()])))
}
