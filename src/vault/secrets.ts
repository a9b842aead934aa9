/**
 * The vault and the lookup of one process, as its configuration has them. Without a master key the
 * vault is locked, and names are looked up outside of it alone.
 */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { AuditStorage } from '../storage/audit.ts'
import type { KeyStorage } from '../storage/keys.ts'
import { lockedVault } from './locked-vault.ts'
import { startLookup } from './lookup.ts'
import { openVault } from './open-vault.ts'
import type { Recognise } from './refuse.ts'
import type { SecretLookup, Vault } from './vault.ts'

export interface SecretsOptions {
  readonly storage: KeyStorage & Pick<AuditStorage, 'audit'>
  readonly config: {
    readonly masterKey: Uint8Array | undefined
    readonly previousMasterKey: Uint8Array | undefined
    readonly secretsOf: (names: readonly string[]) => readonly string[]
    readonly isInFile: (name: string) => boolean
  }
  readonly recognise: Recognise
  readonly clock: Clock
  readonly log: Log
}

export interface Secrets {
  readonly vault: Vault
  readonly lookup: SecretLookup
}

/** @throws HooklineError `master_key_wrong`. */
export async function openSecrets(options: SecretsOptions): Promise<Secrets> {
  const { storage, config, recognise, clock, log } = options
  const { masterKey, previousMasterKey, secretsOf, isInFile } = config
  const masterKeys = masterKey && { newest: masterKey, previous: previousMasterKey }
  const vault = masterKeys
    ? await openVault({ storage, clock, masterKeys, recognise })
    : lockedVault
  const lookup = await startLookup({
    vault,
    storage,
    environment: (name) => {
      const values = secretsOf([name])
      return { values, origin: isInFile(name) ? '.env.local' : 'environment' }
    },
    clock,
    log,
  })
  return { vault, lookup }
}
