/** The lists that are read page by page, each under the first word of its key in the feed. */
import { useInfiniteQuery } from '@tanstack/react-query'
import type {
  AuditView,
  CallView,
  DeliveryFilter,
  DeliveryGroupView,
  DeliveryView,
  DocumentChangeView,
  DocumentView,
  List,
  LogLineView,
  Mode,
  RejectionView,
  ReplayView,
} from 'hookline/client'
import type { LogQuery } from 'hookline/client/admin'
import { api } from './server.ts'

const pageRows = 50

interface Rows<T> {
  readonly rows: readonly T[]
  readonly isLoading: boolean
  readonly error: unknown
  readonly hasMore: boolean
  readonly readMore: () => void
  readonly reread: () => void
}

type Page = { readonly limit: number; readonly cursor?: string }

function useRows<T>(key: readonly unknown[], read: (page: Page) => Promise<List<T>>): Rows<T> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam: cursor }) =>
      read({ limit: pageRows, ...(cursor === '' ? {} : { cursor }) }),
    initialPageParam: '',
    getNextPageParam: ({ next }: List<T>) => next,
  })
  return {
    rows: query.data?.pages.flatMap(({ data }) => data) ?? [],
    isLoading: query.isPending,
    error: query.error,
    hasMore: query.hasNextPage,
    readMore: () => void query.fetchNextPage(),
    reread: () => void query.refetch(),
  }
}

export function useDeliveries(filter: DeliveryFilter): Rows<DeliveryView> {
  return useRows(['deliveries', filter], (page) => api.deliveries.list({ ...filter, ...page }))
}

export function useRejections(mode: Mode): Rows<RejectionView> {
  return useRows(['rejections', mode], (page) => api.rejections.list({ mode, ...page }))
}

export function useReplays(): Rows<ReplayView> {
  return useRows(['replays'], (page) => api.replays.list(page))
}

export function useDocuments(prefix: string): Rows<DocumentView> {
  return useRows(['documents', prefix], (page) => api.documents.list({ prefix, ...page }))
}

export function useGroups(mode: Mode): Rows<DeliveryGroupView> {
  return useRows(['deliveries', 'groups', mode], () => api.groups({ state: 'failed', mode }))
}

/** How many deliveries of a mode wait for somebody to look at them. */
export function useFailedCount(mode: Mode): number {
  return useGroups(mode).rows.reduce((sum, { count }) => sum + count, 0)
}

export function useHistory(path: string): Rows<DocumentChangeView> {
  return useRows(['changes', path], (page) => api.changes({ path, ...page }))
}

export function useLogs(query: LogQuery): Rows<LogLineView> {
  return useRows(['logs', query], (page) => api.logs({ ...query, ...page }))
}

export function useCalls(mode: Mode): Rows<CallView> {
  return useRows(['calls', mode], (page) => api.calls.list({ mode, ...page }))
}

export function useAudit(): Rows<AuditView> {
  return useRows(['audit'], (page) => api.audit.list(page))
}
