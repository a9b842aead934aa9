/** The part of the storage contract that works on many deliveries, and holds replays up. */

import type { JsonObject } from '../base/json.ts'

/** Deliveries of one target in one state that ended, or wait, with the same kind of error. */
export interface DeliveryGroup {
  readonly target: string
  /** The first line of the error, with what differs from one to the next taken out. */
  readonly error: string
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
  /** One of them, the newest. */
  readonly deliveryId: string
  readonly eventId: string
  readonly lastError: string | null
}

export interface DeliveryGroups {
  /** The largest first. */
  readonly groups: DeliveryGroup[]
  /** False where only the newest were looked at. */
  readonly isWhole: boolean
}

export type GroupedState = 'failed' | 'parked' | 'ready'

export interface DeliverySelection {
  readonly state: GroupedState
  readonly target?: string
  /** The `error` of a group. */
  readonly error?: string
  /** Only those that came to this state before; so that none is taken twice. */
  readonly until: number
}

export interface BulkStep {
  readonly changed: number
  /** Where the next step begins; null where all have been looked at. */
  readonly next: number | null
}

export interface Replay {
  readonly id: string
  readonly state: 'running' | 'paused' | 'done' | 'cancelled'
  readonly matched: number
  readonly replayed: number
  /** Events a second, over all processes; null for as fast as each goes by itself. */
  readonly perSecond: number | null
  /** As it was asked for. */
  readonly filter: JsonObject
  readonly targets: readonly string[] | null
  readonly createdAt: number
  readonly updatedAt: number
}

export interface BulkStorage {
  /** Looks at the newest `limit` deliveries in this state. */
  deliveryGroups(state: GroupedState, limit: number): Promise<DeliveryGroups>
  /** Looks at up to `limit` of them, the oldest first; makes those that match due, or ends them. */
  changeDeliveries(
    selection: DeliverySelection,
    change: 'retry' | 'cancel',
    step: { readonly after: number; readonly limit: number },
  ): Promise<BulkStep>
  /** Undefined where it does not run. */
  pauseReplay(id: string): Promise<Replay | undefined>
  /** Undefined where it is not paused. */
  resumeReplay(id: string): Promise<Replay | undefined>
}
