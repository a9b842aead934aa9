/**
 * The rows of the event list: pages from the newest down, read as one scrolls. While one reads at
 * the top, new events appear there; further down nothing moves, and the new ones are counted.
 */
import type { Change, EventFilter, EventView } from 'hookline/client'
import { api } from '../../api/server.ts'

const pageRows = 200
const rereadEveryMs = 500
/** Rows kept; a list is a window to look through, and the filter finds what lies further back. */
export const rowsMax = 120_000

export interface EventListState {
  readonly rows: readonly EventView[]
  readonly isLoading: boolean
  readonly isComplete: boolean
  readonly error: unknown
  /** Events that came since the top was read. */
  readonly newer: number
}

export interface EventList {
  readonly filter: EventFilter
  readonly listeners: Set<() => void>
  state: EventListState
  next: string | null | undefined
  isAtTop: boolean
  timer: ReturnType<typeof setTimeout> | undefined
  isClosed: boolean
}

const empty: EventListState = {
  rows: [],
  isLoading: false,
  isComplete: false,
  error: undefined,
  newer: 0,
}

export function newEventList(filter: EventFilter): EventList {
  return {
    filter,
    listeners: new Set(),
    state: empty,
    next: undefined,
    isAtTop: true,
    timer: undefined,
    isClosed: false,
  }
}

export function closeList(list: EventList): void {
  list.isClosed = true
  clearTimeout(list.timer)
}

/** Reads the next page down, unless one is being read or there is none. */
export async function readMore(list: EventList): Promise<void> {
  if (list.state.isLoading || list.next === null || list.state.rows.length >= rowsMax) return
  set(list, { isLoading: true, error: undefined })
  try {
    const query = { ...list.filter, limit: pageRows }
    const page = await api.events.list(list.next ? { ...query, cursor: list.next } : query)
    list.next = page.next
    const rows = list.state.rows.concat(page.data)
    set(list, { rows, isLoading: false, isComplete: page.next === null })
  } catch (error) {
    set(list, { isLoading: false, error })
  }
}

/** Begins anew at the newest. */
export async function readTop(list: EventList): Promise<void> {
  try {
    const page = await api.events.list({ ...list.filter, limit: pageRows })
    if (list.isClosed) return
    merge(list, page.data, page.next)
  } catch (error) {
    set(list, { error })
  }
}

/** What was read joins what is there; where the two do not meet, the rest is read again. */
function merge(list: EventList, top: readonly EventView[], next: string | null): void {
  const last = top.at(-1)
  const at = last === undefined ? -1 : list.state.rows.findIndex(({ id }) => id === last.id)
  if (at < 0) list.next = next
  const rows = at < 0 ? top : top.concat(list.state.rows.slice(at + 1))
  set(list, { rows, newer: 0, error: undefined, isComplete: list.next === null })
}

/** Told what happened: the top is read again where somebody looks at it. */
export function noticeChanges(list: EventList, changes: readonly Change[]): void {
  const arrived = changes.filter((change) => isArrival(list, change)).length
  const touched = new Set(changes.map(({ data }) => Object(data).eventId))
  const isTouched = list.state.rows.slice(0, pageRows).some(({ id }) => touched.has(id))
  if (list.isAtTop && (arrived > 0 || isTouched)) schedule(list)
  else if (arrived > 0) set(list, { newer: list.state.newer + arrived })
  else if (isTouched) schedule(list)
}

function isArrival({ filter }: EventList, { path, data }: Change): boolean {
  if (!path.startsWith('hookline/events/')) return false
  const { mode, source, type } = Object(data)
  if (mode !== filter.mode) return false
  if (filter.source !== undefined && source !== filter.source) return false
  return filter.type === undefined || type === filter.type
}

function schedule(list: EventList): void {
  list.timer ??= setTimeout(() => {
    list.timer = undefined
    if (list.isAtTop) void readTop(list)
    else void readStates(list)
  }, rereadEveryMs)
}

/** Below the top no row comes or goes: those that are there are told their new state. */
async function readStates(list: EventList): Promise<void> {
  const page = await api.events.list({ ...list.filter, limit: pageRows }).catch(() => undefined)
  if (page === undefined || list.isClosed) return
  const known = new Map(page.data.map((event) => [event.id, event]))
  set(list, { rows: list.state.rows.map((row) => known.get(row.id) ?? row) })
}

export function setAtTop(list: EventList, isAtTop: boolean): void {
  if (list.isAtTop === isAtTop) return
  list.isAtTop = isAtTop
  if (isAtTop && list.state.newer > 0) void readTop(list)
}

function set(list: EventList, change: Partial<EventListState>): void {
  if (list.isClosed) return
  list.state = { ...list.state, ...change }
  for (const listener of list.listeners) listener()
}
