/** What a test tells the app that it starts: one JSON argument, read once. */

/** What can be taken out on purpose, to show that the checker sees it missing. */
export type Control = 'no unique index' | 'acknowledge before commit' | 'no fence'

export const secret = 'whsec_crash_0123456789abcdefghijklmnop'
export const adminKey = 'an-admin-key-for-the-crash-tests-01'

export interface AppSettings {
  readonly database: string
  readonly leaseMs: number
  /** The time limit of the handler. */
  readonly handlerMsMax?: number
  /** After so many attempts a delivery has failed for good. */
  readonly attemptsMax?: number
  /** Goes on after a rejection that nobody awaits, as `hookline serve` does. */
  readonly isServed?: boolean
  /** Handlers at the same time. */
  readonly concurrency?: number
  /** Says on its standard output which event's handler has begun. */
  readonly isTraced?: boolean
  /** How long handlers may go on once it is told to stop. */
  readonly graceMs?: number
  readonly control?: Control
}

export function readSettings(): AppSettings {
  return JSON.parse(process.argv[2] ?? '{}') // written by startApp
}
