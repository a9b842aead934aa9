/**
 * What the pages have read, kept until the feed says that it changed. Nothing is read again by the
 * clock.
 */
import { QueryCache, QueryClient, useQuery } from '@tanstack/react-query'
import type { Change, Mode } from 'hookline/client'
import { api, isSignedOut } from './server.ts'
import { endSession } from './session.ts'

const retriesMax = 2
/** A busy server changes a list many times a second; it is read again this often at most. */
const rereadEveryMs = 700

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (count, error) => !isSignedOut(error) && count < retriesMax,
    },
    mutations: { onError: noticeSignedOut },
  },
})

function noticeSignedOut(error: unknown): void {
  if (isSignedOut(error)) endSession()
}

export function rereadAll(): void {
  void queries.invalidateQueries()
}

interface Due {
  readonly keys: Map<string, unknown[]>
  timer: ReturnType<typeof setTimeout> | undefined
}

const due: Due = { keys: new Map(), timer: undefined }

/** Reads again what the changes are about, as far as a page shows it now. */
export function rereadChanged(changes: readonly Change[]): void {
  for (const { path, data } of changes) for (const key of keysOf(path, Object(data))) mark(key)
}

/** Soon, and together with what else changed meanwhile. */
function mark(key: unknown[]): void {
  due.keys.set(JSON.stringify(key), key)
  due.timer ??= setTimeout(reread, rereadEveryMs)
}

function reread(): void {
  due.timer = undefined
  const keys = [...due.keys.values()]
  due.keys.clear()
  for (const queryKey of keys) void queries.invalidateQueries({ queryKey })
}

/** `data` is the server's own JSON, and its members may be missing. */
function keysOf(path: string, data: Record<string, unknown>): unknown[][] {
  const [, kind = '', id = ''] = path.split('/')
  switch (kind) {
    case 'events':
      return [['sources'], ['stats']]
    case 'deliveries':
      return [['event', data.eventId], ['deliveries'], ['stats'], ['audit']]
    case 'rejections':
      return [['rejections'], ['sources']]
    case 'replays':
      return [['replays'], ['replay', id], ['audit']]
    case 'keys':
      return [['keys'], ['sources'], ['audit']]
    default:
      return [[kind]]
  }
}

export function useSources() {
  return useQuery({ queryKey: ['sources'], queryFn: () => api.sources.list({ limit: 200 }) })
}

/** All that this version knows; it stays so until the server is started anew. */
export function useProviders() {
  return useQuery({ queryKey: ['providers'], queryFn: () => api.providers({ limit: 200 }) })
}

export function useStats(mode: Mode) {
  return useQuery({ queryKey: ['stats', mode], queryFn: () => api.stats({ mode }) })
}

/** How the server is set up; it stays so until it is started anew. */
export function useServer() {
  return useQuery({ queryKey: ['server'], queryFn: () => api.server() })
}

export function useEventDetail(id: string) {
  return useQuery({ queryKey: ['event', id], queryFn: () => api.events.get(id) })
}
