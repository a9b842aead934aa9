/** What a driver gives the suite: a database of its own for each case, under a clock to turn. */
import type { Clock } from '../../base/clock.ts'
import type { Storage } from '../storage.ts'

export interface TestClock extends Clock {
  timeMs: number
}

/** Where the clock of each case begins: 2026-01-01. */
export const startMs = 1_767_225_600_000

export interface OpenedForTest {
  /** On a database that nobody has used before. */
  readonly storage: Storage
  /** Closes that storage and opens the same database again. */
  reopen(): Promise<Storage>
  /** One more storage on the same database, as another process has it. */
  openAnother(): Promise<Storage>
  /** Runs one statement of the app beside Hookline's own, and gives its rows. */
  sql(text: string): Promise<Record<string, unknown>[]>
  /** Closes all that was opened. */
  closeAll(): Promise<void>
}

export type OpenStorageForTest = (options: { readonly clock: Clock }) => Promise<OpenedForTest>

export interface UnderTest extends OpenedForTest {
  readonly clock: TestClock
}

/** The title is a sentence about behaviour. */
export type Cases = Readonly<Record<string, (under: UnderTest) => Promise<void>>>

export function newClock(): TestClock {
  return {
    timeMs: startMs,
    now() {
      return this.timeMs
    },
  }
}
