/** Failed deliveries by what failed and how: one cause is then one line. */
import type { DeliveryView } from 'hookline/client'

export interface Group {
  readonly id: string
  readonly target: string
  /** The first line of the error. */
  readonly error: string
  readonly deliveries: readonly DeliveryView[]
}

/** In the order of the newest of each. */
export function groupsOf(deliveries: readonly DeliveryView[]): Group[] {
  const grouped = Map.groupBy(deliveries, ({ target, lastError }) =>
    JSON.stringify([target, errorOf(lastError)]),
  )
  return [...grouped].map(([id, members]) => ({
    id,
    target: members[0]?.target ?? '',
    error: errorOf(members[0]?.lastError ?? null),
    deliveries: members,
  }))
}

function errorOf(lastError: string | null): string {
  return lastError?.split('\n', 1)[0] ?? 'It failed without an error.'
}
