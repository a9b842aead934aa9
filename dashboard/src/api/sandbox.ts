/** What only `dev` has: the sandbox and the exercises, as the pages read them. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type PageEntry, pages } from '../pages.ts'
import { api } from './server.ts'

export function useSandbox() {
  return useQuery({ queryKey: ['sandbox'], queryFn: () => api.sandbox.get() })
}

/** The pages that this server has something for. */
export function useShownPages(): readonly PageEntry[] {
  const isRunning = useSandbox().data?.isRunning ?? false
  return useMemo(() => pages.filter(({ needs }) => needs === undefined || isRunning), [isRunning])
}
