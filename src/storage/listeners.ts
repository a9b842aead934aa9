/**
 * Those who want to know of commits. A listener that throws is a bug of its owner: it is reported
 * as a warning of the process, and touches neither what was committed nor the other listeners.
 */
export interface Listeners {
  /** Returns the way to stop. */
  add(listener: () => void): () => void
  tell(): void
}

export function newListeners(): Listeners {
  const listeners = new Set<() => void>()
  return {
    add: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell: () => {
      for (const listener of listeners) callSafely(listener)
    },
  }
}

function callSafely(listener: () => void): void {
  try {
    listener()
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : new Error(String(error)))
  }
}
