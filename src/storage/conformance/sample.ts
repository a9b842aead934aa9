/** The events, claims and settlements that the cases begin from, each with one thing changed. */
import { expect } from 'vitest'
import type {
  Change,
  ClaimedDelivery,
  ClaimOptions,
  Delivery,
  Effect,
  Lease,
  NewEvent,
  Settled,
  Storage,
} from '../storage.ts'
import { startMs } from './under-test.ts'

/** An event with one delivery, to `a`. */
export function newEvent(dedupeKey: string, changes: Partial<NewEvent> = {}): NewEvent {
  return {
    source: 'stripe',
    dedupeKey,
    type: 'invoice.paid',
    mode: 'test',
    receivedAt: startMs,
    occurredAt: null,
    headers: [['content-type', 'application/json']],
    body: Buffer.from(`{"key":"${dedupeKey}"}`),
    deliveries: [{ target: 'a', orderKey: null }],
    ...changes,
  }
}

/** Stores the event and gives its id. */
export async function accept(
  storage: Storage,
  dedupeKey: string,
  changes?: Partial<NewEvent>,
): Promise<string> {
  const [accepted] = await storage.acceptEvents([newEvent(dedupeKey, changes)])
  return present(accepted).id
}

/** Stores events with the keys `prefix1`, `prefix2`, … and gives their ids. */
export async function acceptMany(
  storage: Storage,
  count: number,
  changes?: Partial<NewEvent>,
  prefix = 'k',
): Promise<string[]> {
  const events = Array.from({ length: count }, (_, i) => newEvent(`${prefix}${i + 1}`, changes))
  return (await storage.acceptEvents(events)).map(({ id }) => id)
}

export const leaseMs = 30_000

export function claim(
  storage: Storage,
  options: Partial<ClaimOptions> = {},
): Promise<ClaimedDelivery[]> {
  return storage.claimDeliveries({
    limit: 10,
    leaseMs,
    targets: ['a', 'b', 'c'],
    suspects: 10,
    crashesMax: 3,
    ...options,
  })
}

export async function claimOne(
  storage: Storage,
  options?: Partial<ClaimOptions>,
): Promise<ClaimedDelivery> {
  const claimed = await claim(storage, options)
  expect(claimed).toHaveLength(1)
  return present(claimed[0])
}

/** The dedupe keys of what was claimed. */
export function keysOf(claimed: readonly ClaimedDelivery[]): (string | undefined)[] {
  return claimed.map(({ event }) => event?.dedupeKey)
}

export function done(storage: Storage, lease: Lease, effects: Effect[] = []): Promise<Settled> {
  return storage.settleDelivery(lease, { outcome: 'done', effects, reads: [] })
}

export function fail(
  storage: Storage,
  lease: Lease,
  retryAt: number | null = null,
): Promise<Settled> {
  return storage.settleDelivery(lease, { outcome: 'failed', error: 'It broke.', retryAt })
}

export function park(storage: Storage, lease: Lease, on: string): Promise<Settled> {
  return storage.settleDelivery(lease, { outcome: 'parked', on })
}

/** The only delivery of an event. */
export async function deliveryOf(storage: Storage, eventId: string): Promise<Delivery> {
  const { data } = await storage.deliveries({ eventId }, { limit: 2 })
  expect(data).toHaveLength(1)
  return present(data[0])
}

export async function stateOf(storage: Storage, deliveryId: string): Promise<string | undefined> {
  return (await storage.delivery(deliveryId))?.state
}

export async function attemptsOf(storage: Storage, deliveryId: string): Promise<string[]> {
  const found = present(await storage.delivery(deliveryId))
  return found.attempted.map(({ number, outcome }) => `${number} ${outcome}`)
}

export async function changesOf(storage: Storage, prefix: string): Promise<Change[]> {
  const { changes } = await storage.changesAfter(0, 1_000)
  return changes.filter(({ path }) => path.startsWith(prefix))
}

export function present<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('A value is missing.')
  return value
}
