/**
 * The part of the storage contract that remembers how far each source is connected to its
 * provider: which key was tried, which endpoint there is ours. It holds no secret and no key.
 */
import type { Mode } from '../base/mode.ts'

export interface Connection {
  readonly source: string
  readonly mode: Mode
  /** Made once, and given to the provider, so that our endpoint is known among others. */
  readonly id: string
  /** Recognises the key that was tried, and opens nothing; null before one was good. */
  readonly keyMark: string | null
  /** As the provider names our endpoint; null where none was finished. */
  readonly endpointId: string | null
  /** Recognises the secret that signs what the endpoint sends. */
  readonly secretMark: string | null
  /** Where at the provider it is, such as a repository. */
  readonly place: string | null
  /** When the endpoint was finished, in milliseconds since 1970. */
  readonly endpointAt: number | null
}

export interface ConnectionStorage {
  connection(source: string, mode: Mode): Promise<Connection | undefined>
  /** Writes all of it but the id, which stays as it was written first. Gives what stands. */
  saveConnection(connection: Connection): Promise<Connection>
}
