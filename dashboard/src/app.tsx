/** The dashboard: its data, its frame, and which page a path means. */
import { QueryClientProvider } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Redirect, Route, Router, Switch, useLocation, useSearch } from 'wouter'
import { onFeed, startFeed } from './api/feed.ts'
import { queries, rereadAll, rereadChanged, useSources } from './api/queries.ts'
import { takeReturnPath } from './api/session.ts'
import { base, modeOf } from './mode.ts'
import { EventPage } from './pages/event/event-page.tsx'
import { EventsPage } from './pages/events/events-page.tsx'
import { NotFound } from './pages/not-found.tsx'
import { Failure, Loading } from './parts/notice.tsx'
import { Shell } from './shell/shell.tsx'

export function App() {
  useEffect(() => {
    const stopReading = onFeed(rereadChanged)
    const stopFeed = startFeed(rereadAll)
    return () => {
      stopReading()
      stopFeed()
    }
  }, [])
  return (
    <QueryClientProvider client={queries}>
      <Router base={base}>
        <Entrance />
      </Router>
    </QueryClientProvider>
  )
}

/** Paths without a mode lead to the mode that the sources have. */
function Entrance() {
  const [path] = useLocation()
  const sources = useSources()
  const search = useSearch()
  if (modeOf(path) !== undefined) return <Pages />
  const back = takeReturnPath()
  if (back !== undefined) return <Redirect to={back.slice(base.length)} replace />
  if (sources.error) return <Failure error={sources.error} />
  if (!sources.data) return <Loading />
  const isLive =
    sources.data.data.length > 0 && sources.data.data.every(({ mode }) => mode === 'live')
  const rest = path.startsWith('~') || path === '/' ? '' : path
  return (
    <Redirect to={`/${isLive ? 'live' : 'test'}${rest}${search ? `?${search}` : ''}`} replace />
  )
}

function Pages() {
  return (
    <Shell>
      <Switch>
        <Route path="/:mode/events" component={EventsPage} />
        <Route path="/:mode/events/:id">{({ id }) => <EventPage key={id} id={id} />}</Route>
        <Route component={NotFound} />
      </Switch>
    </Shell>
  )
}
