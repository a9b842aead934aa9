/** Writes to the audit log what is done over HTTP. No value of a key, no token, no body. */
import type { Actor, AuditAction, AuditStorage, NewAuditEntry } from '../storage/audit.ts'
import type { AdminCredentials, Served } from './served.ts'

/** Refused sign-ins within this time are one entry, or whoever guesses could fill the log. */
export const refusalsEveryMs = 60_000

interface Refusals {
  writtenAt: number
  /** Since then. */
  count: number
}

const refusalsOf = new WeakMap<AdminCredentials, Refusals>()

/** One entry, durable when the promise resolves. */
export async function audit(
  storage: Pick<AuditStorage, 'audit'>,
  actor: Actor,
  did: { readonly action: AuditAction; readonly subject: string } & Pick<NewAuditEntry, 'details'>,
): Promise<void> {
  await storage.audit({ actor, ...did })
}

/** A sign-in that was refused; `way` is how it was tried. */
export async function auditRefusal(
  { storage, admin, clock }: Pick<Served, 'storage' | 'admin' | 'clock'>,
  way: string,
): Promise<void> {
  const now = clock.now()
  const refusals = refusalsOf.get(admin) ?? { writtenAt: -refusalsEveryMs, count: 0 }
  refusals.count++
  refusalsOf.set(admin, refusals)
  if (now - refusals.writtenAt < refusalsEveryMs) return
  const { count } = refusals
  refusals.writtenAt = now
  refusals.count = 0
  const actor = { kind: 'anyone', id: way } as const
  await audit(storage, actor, { action: 'sign-in.refuse', subject: way, details: { count } })
}
