/** Brings the deliveries of an event into a state, by the verbs that a worker uses. */
import type { ClaimedDelivery, Delivery, Settlement } from '../../storage/storage.ts'
import type { Served } from '../served.ts'

/** Claims the one delivery to this target. */
export async function claim({ storage }: Served, target: string): Promise<ClaimedDelivery> {
  const [claimed] = await storage.claimDeliveries({
    limit: 1,
    leaseMs: 60_000,
    targets: [target],
    suspects: 1,
    crashesMax: 5,
  })
  if (!claimed) throw new Error(`Nothing is due for ${target}.`)
  return claimed
}

export async function settle(
  served: Served,
  target: string,
  settlement: Settlement = { outcome: 'done', effects: [], reads: [] },
): Promise<void> {
  await served.storage.settleDelivery(await claim(served, target), settlement)
}

/** The delivery of an event to a target. */
export async function deliveryOf(
  { storage }: Served,
  eventId: string,
  target: string,
): Promise<Delivery> {
  const { data } = await storage.deliveries({ eventId, target }, { limit: 1 })
  const [delivery] = data
  if (!delivery) throw new Error(`${eventId} has no delivery to ${target}.`)
  return delivery
}
