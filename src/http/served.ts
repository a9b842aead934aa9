/** What the HTTP side is given by the composition root, and nothing else of the app. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { LogLines } from '../base/log-lines.ts'
import type { Mode } from '../base/mode.ts'
import type { PasswordHash } from '../base/password.ts'
import type { Inbox } from '../inbox/receive.ts'
import type { CallProxy } from '../proxy/proxy.ts'
import type { Access } from '../realtime/access.ts'
import type { Hub } from '../realtime/hub.ts'
import type { RetentionOptions } from '../storage/retention.ts'
import type { NewDelivery, Replication, Storage, StoredEvent } from '../storage/storage.ts'
import type { SecretLookup, Vault } from '../vault/vault.ts'

export interface Served {
  readonly storage: Storage
  readonly inbox: Inbox
  readonly hub: Hub
  readonly access: Access
  readonly logs: LogLines
  readonly server: ServerInfo
  /** Of the server; a source may have its own. */
  readonly mode: Mode
  readonly vault: Vault
  readonly lookup: SecretLookup
  readonly stopSecrets: () => void
  readonly calls: Calls
  readonly admin: AdminCredentials
  readonly handlers: readonly HandlerInfo[]
  /** The deliveries that this event would get if it arrived now; for replay. */
  readonly deliveriesFor: (event: StoredEvent) => readonly NewDelivery[]
  /** Answers what is not Hookline's: the app's own pages. */
  readonly fallback: ((request: Request) => Response | Promise<Response>) | undefined
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly readiness: () => Promise<Readiness>
}

/** How it is set up, as far as an admin may know. */
export interface ServerInfo {
  readonly isDev: boolean
  readonly publicUrl: string | undefined
  /** The provider's API that `dev` pretends to be, on this machine. */
  readonly sandboxUrl?: string | undefined
  readonly retention: RetentionOptions
}

export interface Readiness {
  /** Why the app is not ready, empty when it is. */
  readonly reasons: readonly string[]
  /** Which machines have what was acknowledged; undefined where the database does not answer. */
  readonly replication: Replication | undefined
}

/** Calls that clients make. */
export interface Calls {
  readonly proxy: CallProxy
  /** The origins, beside this server's own, whose pages may call: `https://app.example.com`. */
  readonly origins: readonly string[]
}

export interface AdminCredentials {
  /** Undefined: the environment has none. */
  readonly key: string | undefined
  /** Signs one-time sign-in links, and binds sessions to the credentials. */
  readonly sessionKey: Uint8Array
  /** Undefined: nobody signs in with a password. */
  readonly passwordHash?: PasswordHash | undefined
  /** Where browsers reach this server, where that is another address than it sees itself. */
  readonly publicUrl?: string | undefined
}

export interface HandlerInfo {
  /** `<source>/<name>`. */
  readonly target: string
  readonly source: string
  /** The part of the target behind the source. */
  readonly name: string
  readonly type: string
}

/** Which of the two listeners a request came in by; `all` where there is only one. */
export type Surface = 'all' | 'public' | 'admin'

export type Serve = (request: Request, surface?: Surface) => Promise<Response>
