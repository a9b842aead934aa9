/** The public table of contents. */
export { type ErrorCode, HooklineError } from './base/errors.ts'
export type { Json, JsonObject } from './base/json.ts'
export type { Mode } from './base/mode.ts'
export type { RetryOptions } from './delivery/backoff.ts'
export type {
  EventRecord,
  HandlerOptions,
  SqlParameter,
  Transaction,
  TransactionDocument,
} from './delivery/handler.ts'
export {
  type Hookline,
  type HooklineOptions,
  hookline,
  type SourceDefinitions,
  type StartOptions,
} from './hookline.ts'
export * from './providers/index.ts'
export type { CallInit } from './proxy/from-code.ts'
export type { ApiDefinitions } from './proxy/start.ts'
export type { TokenOptions } from './realtime/access.ts'
export type { ApiGrant, ApiGrants } from './realtime/grants.ts'
export type { AppDocument } from './storage/app-document.ts'
export type { Migrated } from './storage/migrate.ts'
export type { RetentionOptions } from './storage/retention.ts'
export type { SqlClient, SqlResult } from './storage/storage.ts'
