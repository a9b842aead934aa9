/** What connecting a source works with: handed in, so that it opens no connection by itself. */
import type { Clock } from '../base/clock.ts'
import type { ConnectionStorage } from '../storage/connections.ts'
import type { Storage } from '../storage/storage.ts'
import type { SecretLookup, Vault } from '../vault/vault.ts'
import type { AskProvider } from './ask.ts'

export interface ConnectParts {
  readonly storage: ConnectionStorage & Pick<Storage, 'lastEvent'>
  readonly vault: Pick<Vault, 'set' | 'rotate' | 'fingerprint'>
  readonly lookup: Pick<SecretLookup, 'find' | 'check'>
  readonly call: AskProvider
  readonly clock: Clock
}
