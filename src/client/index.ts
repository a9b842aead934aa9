/** The API from outside: `hookline/client`. */
export type { Token } from './access.ts'
export type { Timing } from './backoff.ts'
export {
  type ChangesOptions,
  type ConnectOptions,
  connect,
  type Line,
  type WatchOptions,
} from './connect.ts'
export type { Change, DeletedChange, LiveDocument, SetChange } from './frame.ts'
export { LineError, type LineErrorCode } from './line-error.ts'
export type { WaitOptions } from './wait-for.ts'
export type * from './wire.ts'
