/** An event list for as long as a component shows it. */
import type { EventFilter } from 'hookline/client'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { useFeed } from '../../api/feed.ts'
import { closeList, type EventList, newEventList, noticeChanges, readMore } from './event-list.ts'

export function useEventList(filter: EventFilter): EventList {
  const key = JSON.stringify(filter)
  // A new filter is a new list: two filters with the same text are one.
  const list = useMemo(() => newEventList(JSON.parse(key)), [key])
  useFeed((changes) => noticeChanges(list, changes))
  useEffect(() => {
    list.isClosed = false
    if (list.state.rows.length === 0) void readMore(list)
    return () => closeList(list)
  }, [list])
  useSyncExternalStore(
    (listener) => {
      list.listeners.add(listener)
      return () => list.listeners.delete(listener)
    },
    () => list.state,
  )
  return list
}
