/** What was played from this page, newest first: kept until the page is loaded again. */
import type { SendingView } from 'hookline/client'
import { useSyncExternalStore } from 'react'

export interface Play {
  readonly number: number
  /** What was asked for, as its button says. */
  readonly title: string
  readonly type: string
  readonly source: string
  readonly at: string
  readonly sendings: readonly SendingView[]
}

const playsMax = 20
const listeners = new Set<() => void>()
let plays: readonly Play[] = []
let played = 0

export function addPlay(play: Omit<Play, 'number'>): void {
  plays = [{ ...play, number: ++played }, ...plays].slice(0, playsMax)
  for (const listener of listeners) listener()
}

export function usePlays(): readonly Play[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => plays,
  )
}

/** How many postings ended this way. */
export function countOf(sendings: readonly SendingView[], outcome: SendingView['outcome']): number {
  return sendings.filter((sending) => sending.outcome === outcome).length
}

/** The events that are on this server, each once. */
export function eventIdsOf(sendings: readonly SendingView[]): string[] {
  return [...new Set(sendings.flatMap(({ eventId }) => eventId ?? []))]
}
