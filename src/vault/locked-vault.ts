/** The vault of a process that was given no master key: empty to read, and refusing to write. */
import { HooklineError } from '../base/errors.ts'
import type { Vault } from './vault.ts'

export const lockedVault: Vault = {
  list: async () => [],
  set: refuse,
  rotate: refuse,
  remove: refuse,
  open: async () => [],
  noteUse: async () => {},
  fingerprint: () => undefined,
}

async function refuse(): Promise<never> {
  throw new HooklineError(
    'vault_locked',
    'The vault can not be used, because this process was given no master key. ' +
      'HOOKLINE_MASTER_KEY is likely not set. Make one with `openssl rand -base64 32`, keep it ' +
      'outside of the database, and set it (or HOOKLINE_MASTER_KEY_FILE).',
  )
}
