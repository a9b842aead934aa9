/** Whether the session still holds. Once it is over, every page says so and offers to sign in. */
import { useSyncExternalStore } from 'react'

const returnKey = 'hookline-return-to'
const listeners = new Set<() => void>()
let isOver = false

export function endSession(): void {
  if (isOver) return
  isOver = true
  sessionStorage.setItem(returnKey, location.pathname + location.search)
  for (const listener of listeners) listener()
}

export function useIsSessionOver(): boolean {
  return useSyncExternalStore(subscribe, () => isOver)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where the person was when the session ended; once. */
export function takeReturnPath(): string | undefined {
  const path = sessionStorage.getItem(returnKey)
  sessionStorage.removeItem(returnKey)
  return path?.startsWith('/hookline/') ? path : undefined
}
