/** Programs on many deliveries at once, grouped by what went wrong with them. */
import type {
  BulkStep,
  BulkStorage,
  DeliveryGroup,
  DeliveryGroups,
  DeliverySelection,
  GroupedState,
} from './bulk.ts'
import { cancelDelivery, requeueDelivery } from './deliveries.ts'
import { errorKind } from './error-kind.ts'
import {
  asNumber,
  asText,
  type Context,
  type Engine,
  orNull,
  type Program,
  type Row,
  rows,
} from './program.ts'
import { pauseReplay, resumeReplay } from './replays.ts'

/** Groups shown; the smallest are left out. */
const groupsMax = 200
/** Of the error that is read to tell its kind. */
const errorCharacters = 400

const wakes = { wakes: true }
const columns = `seq, id, event_id, target, updated_at, parked_on,
  substr(last_error, 1, ${errorCharacters}) as last_error`

export function bulkVerbs({ transact, read }: Engine): BulkStorage {
  return {
    deliveryGroups: (state, limit) => read(() => deliveryGroups(state, limit)),
    changeDeliveries: (selection, change, step) =>
      transact((c) => changeDeliveries(c, selection, { change, ...step }), wakes),
    pauseReplay: (id) => transact((c) => pauseReplay(c, id), wakes),
    resumeReplay: (id) => transact((c) => resumeReplay(c, id), wakes),
  }
}

function* deliveryGroups(state: GroupedState, limit: number): Program<DeliveryGroups> {
  // The state as text in the statement, so that the partial index of that state answers it.
  const found = yield* rows(
    `select ${columns} from deliveries where state = '${state}' order by seq desc limit ${limit}`,
  )
  const groups = new Map<string, DeliveryGroup>()
  for (const row of found) addTo(groups, row)
  const largest = [...groups.values()].sort((a, b) => b.count - a.count).slice(0, groupsMax)
  return { groups: largest, isWhole: found.length < limit }
}

function addTo(groups: Map<string, DeliveryGroup>, row: Row): void {
  const [target, error, at] = [asText(row.target), kindOf(row), asNumber(row.updated_at)]
  const key = JSON.stringify([target, error])
  const group = groups.get(key)
  if (group) {
    const [firstAt, lastAt] = [Math.min(group.firstAt, at), Math.max(group.lastAt, at)]
    groups.set(key, { ...group, count: group.count + 1, firstAt, lastAt })
    return
  }
  groups.set(key, {
    target,
    error,
    count: 1,
    firstAt: at,
    lastAt: at,
    deliveryId: asText(row.id),
    eventId: asText(row.event_id),
    lastError: orNull(asText, row.last_error),
  })
}

/** What parked a delivery is its kind; it has no error. */
function kindOf(row: Row): string {
  const parkedOn = orNull(asText, row.parked_on)
  return errorKind(parkedOn ?? orNull(asText, row.last_error) ?? '')
}

interface BulkChange {
  readonly change: 'retry' | 'cancel'
  readonly after: number
  readonly limit: number
}

function* changeDeliveries(
  context: Context,
  { state, target, error, until }: DeliverySelection,
  { change, after, limit }: BulkChange,
): Program<BulkStep> {
  const found = yield* rows(
    `select ${columns} from deliveries where state = '${state}' and seq > $1
      ${target === undefined ? '' : 'and target = $2'} order by seq limit ${limit}`,
    after,
    ...(target === undefined ? [] : [target]),
  )
  const wanted = found
    .filter((row) => asNumber(row.updated_at) <= until)
    .filter((row) => error === undefined || kindOf(row) === error)
  let changed = 0
  const apply = change === 'retry' ? requeueDelivery : cancelDelivery
  for (const row of wanted) if (yield* apply(context, asText(row.id))) changed++
  const last = found.length < limit ? undefined : found.at(-1)
  return { changed, next: last ? asNumber(last.seq) : null }
}
