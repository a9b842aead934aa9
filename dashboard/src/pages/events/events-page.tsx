/** Events: the list of everything that came in, by filter, with what is new on top. */
import { useMemo, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { useHref, useMode } from '../../mode.ts'
import { Empty, Failure, Loading } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { readMore } from './event-list.ts'
import { EventRows } from './event-rows.tsx'
import { isEmptyFilter, type ListFilter, readFilter, toQuery, writeFilter } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'
import { ReplayFiltered } from './replay-filtered.tsx'
import { useEventList } from './use-event-list.ts'

export function EventsPage() {
  const [filter, setFilter] = useFilter()
  const [openedAt] = useState(Date.now)
  const mode = useMode()
  const query = useMemo(() => toQuery(filter, mode, openedAt), [filter, mode, openedAt])
  const list = useEventList(query)
  const { rows, isLoading, error } = list.state
  return (
    <div className="flex h-full min-h-80 flex-col">
      <PageTitle title="Events">
        <ReplayFiltered filter={query} isFiltered={!isEmptyFilter(filter)} />
      </PageTitle>
      <FilterBar filter={filter} onChange={setFilter} />
      {error !== undefined && <Failure error={error} onRetry={() => void readMore(list)} />}
      {rows.length > 0 && <EventRows list={list} />}
      {rows.length === 0 && isLoading && <Loading />}
      {rows.length === 0 && !isLoading && error === undefined && (
        <Nothing isFiltered={!isEmptyFilter(filter)} onClear={() => setFilter(readFilter(''))} />
      )}
    </div>
  )
}

function useFilter(): [ListFilter, (filter: ListFilter) => void] {
  const search = useSearch()
  const [, navigate] = useLocation()
  const href = useHref()
  const filter = useMemo(() => readFilter(search), [search])
  const setFilter = (next: ListFilter) => {
    const text = writeFilter(next)
    navigate(href(`/events${text === '' ? '' : `?${text}`}`), { replace: true })
  }
  return [filter, setFilter]
}

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const mode = useMode()
  if (isFiltered) {
    return (
      <Empty icon="search" title="No event matches the filter">
        <button type="button" className="font-medium text-accent underline" onClick={onClear}>
          Show all events
        </button>
      </Empty>
    )
  }
  if (mode === 'live') {
    return (
      <Empty icon="events" title="No live event has arrived yet">
        Give a source its live secret, and register its address with the provider.
      </Empty>
    )
  }
  return (
    <Empty
      icon="events"
      title="No event has arrived yet"
      command="npx hookline trigger stripe payment_intent.succeeded"
    >
      The sandbox sends one, signed as the provider would:
    </Empty>
  )
}
