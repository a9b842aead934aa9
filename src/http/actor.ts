/** Who acts, as the audit log names them: never by what they signed in with. */
import { createHmac } from 'node:crypto'
import type { Actor } from '../storage/audit.ts'
import type { AdminIdentity } from './auth.ts'
import type { Served } from './served.ts'

const idCharacters = 8

/** The same for the same key or session. */
export function actorOf(
  { by, credential }: Pick<AdminIdentity, 'by' | 'credential'>,
  { admin }: Pick<Served, 'admin'>,
): Actor {
  const mac = createHmac('sha256', admin.sessionKey).update(`actor\n${credential}`)
  const id = mac.digest('hex').slice(0, idCharacters)
  return { kind: by === 'key' ? 'admin-key' : 'session', id }
}
