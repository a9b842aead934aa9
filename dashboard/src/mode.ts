/** Test or live: the first part of every path, so that the two never mix on a page. */
import type { Mode } from 'hookline/client'
import { useCallback } from 'react'
import { useLocation } from 'wouter'

export const base = '/hookline'

export function modeOf(path: string): Mode | undefined {
  const first = path.split('/')[1]
  return first === 'test' || first === 'live' ? first : undefined
}

export function useMode(): Mode {
  const [path] = useLocation()
  return modeOf(path) ?? 'test'
}

/** `/events` -> `/test/events`, for links below the base. */
export function useHref(): (path: string) => string {
  const mode = useMode()
  return useCallback((path) => `/${mode}${path}`, [mode])
}
