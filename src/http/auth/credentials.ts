/** What the server has to know admins by, out of its configuration. */
import type { PasswordHash } from '../../base/password.ts'
import type { AdminCredentials } from '../served.ts'

export interface AdminConfig {
  readonly adminKey: string | undefined
  readonly adminPasswordHash: PasswordHash | undefined
  readonly publicUrl: string | undefined
}

/** @param sessionKey made of the master key, for this alone. */
export function adminOf(config: AdminConfig, sessionKey: Uint8Array): AdminCredentials {
  const { adminKey: key, adminPasswordHash: passwordHash, publicUrl } = config
  return { key, passwordHash, publicUrl, sessionKey }
}
