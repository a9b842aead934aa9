/** The dashboard: its data, its frame, and which page a path means. */
import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { Redirect, Route, Router, Switch, useLocation, useSearch } from 'wouter'
import { onFeed, startFeed } from './api/feed.ts'
import { queries, rereadAll, rereadChanged, useSources } from './api/queries.ts'
import { takeReturnPath } from './api/session.ts'
import { base, modeOf } from './mode.ts'
import { AuditPage } from './pages/audit/audit-page.tsx'
import { CallsPage } from './pages/calls/calls-page.tsx'
import { DocumentPage } from './pages/documents/document-page.tsx'
import { DocumentsPage } from './pages/documents/documents-page.tsx'
import { EventPage } from './pages/event/event-page.tsx'
import { EventsPage } from './pages/events/events-page.tsx'
import { FailedPage } from './pages/failed/failed-page.tsx'
import { KeysPage } from './pages/keys/keys-page.tsx'
import { LinePage } from './pages/line/line-page.tsx'
import { startCounting } from './pages/line/passing.ts'
import { LogsPage } from './pages/logs/logs-page.tsx'
import { NotFound } from './pages/not-found.tsx'
import { RejectedPage } from './pages/rejected/rejected-page.tsx'
import { ReplaysPage } from './pages/replays/replays-page.tsx'
import { SourcesPage } from './pages/sources/sources-page.tsx'
import { Failure, Loading } from './parts/notice.tsx'
import { Shell } from './shell/shell.tsx'

/** With the plots, which the other pages do without. */
const HealthPage = lazy(() =>
  import('./pages/health/health-page.tsx').then((module) => ({ default: module.HealthPage })),
)

/** Of `dev` alone: the other pages do not wait for them. */
const SandboxPage = lazy(() =>
  import('./pages/sandbox/sandbox-page.tsx').then((module) => ({ default: module.SandboxPage })),
)
const LearnPage = lazy(() =>
  import('./pages/learn/learn-page.tsx').then((module) => ({ default: module.LearnPage })),
)

const AddSourcePage = lazy(() =>
  import('./pages/sources/add-source-page.tsx').then((module) => ({
    default: module.AddSourcePage,
  })),
)

export function App() {
  useEffect(() => {
    const stopReading = onFeed(rereadChanged)
    const stopCounting = startCounting()
    const stopFeed = startFeed(rereadAll)
    return () => {
      stopReading()
      stopCounting()
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
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/:mode" component={LinePage} />
          <Route path="/:mode/events" component={EventsPage} />
          <Route path="/:mode/events/:id">{({ id }) => <EventPage key={id} id={id} />}</Route>
          <Route path="/:mode/failed" component={FailedPage} />
          <Route path="/:mode/rejected" component={RejectedPage} />
          <Route path="/:mode/replays" component={ReplaysPage} />
          <Route path="/:mode/sources" component={SourcesPage} />
          <Route path="/:mode/sources/add" component={AddSourcePage} />
          <Route path="/:mode/keys" component={KeysPage} />
          <Route path="/:mode/calls" component={CallsPage} />
          <Route path="/:mode/health" component={HealthPage} />
          <Route path="/:mode/logs" component={LogsPage} />
          <Route path="/:mode/audit" component={AuditPage} />
          <Route path="/:mode/sandbox" component={SandboxPage} />
          <Route path="/:mode/learn" component={LearnPage} />
          <Route path="/:mode/documents" component={DocumentsPage} />
          <Route path="/:mode/documents/*">
            {({ '*': path }) => <DocumentPage key={path} path={path} />}
          </Route>
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </Shell>
  )
}
