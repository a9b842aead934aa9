/**
 * Puts the data keys under another master key, a few in each transaction. Values are not opened.
 * Killed at any moment it goes on where it was, and servers that were given both master keys serve
 * all the while.
 */

import { HooklineError } from '../base/errors.ts'
import type { Actor, AuditStorage } from '../storage/audit.ts'
import type { KeyStorage, MasterKeyState } from '../storage/keys.ts'
import { idOf, newRing, stateUnder, unlock } from './master-keys.ts'
import { aesGcm } from './seal.ts'
import { rewrapDataKey } from './sealed-key.ts'

const keysPerStepDefault = 50

export interface MasterRotation {
  readonly storage: KeyStorage & Pick<AuditStorage, 'audit'>
  readonly from: Uint8Array
  readonly to: Uint8Array
  readonly actor: Actor
  readonly keysPerStep?: number
}

export interface Rewrapped {
  /** By this run. */
  readonly rewrapped: number
  /** A run before this one was ended half-way. */
  readonly isResumed: boolean
  /** Ids of the master keys. */
  readonly from: string
  readonly to: string
}

/** @throws HooklineError `master_key_wrong` where the keys are under neither of the two. */
export async function rotateMaster(rotation: MasterRotation): Promise<Rewrapped> {
  const { storage, from, to, actor, keysPerStep = keysPerStepDefault } = rotation
  const ring = newRing({ newest: to, previous: from })
  const ids = { from: idOf(from), to: idOf(to) }
  const stored = await storage.masterKeyState()
  if (!stored) return { rewrapped: 0, isResumed: false, ...ids }
  const { fingerprintKey } = unlock(ring, stored)
  const isResumed = stored.masterId === ids.to
  if (!isResumed) {
    const begun = await storage.beginRewrap(ids.from, stateUnder(to, fingerprintKey))
    if (begun.masterId !== ids.to) throw otherRotation(begun)
  }
  let rewrapped = 0
  let isDone = false
  while (!isDone) {
    const step = await storage.advanceRewrap(keysPerStep, (key) =>
      rewrapDataKey(aesGcm, ring, { key, masterId: ids.to }),
    )
    rewrapped += step.rewrapped
    isDone = step.isDone
  }
  await storage.audit({
    actor,
    action: 'master-key.rotate',
    subject: ids.to,
    details: { rewrapped },
  })
  return { rewrapped, isResumed, ...ids }
}

function otherRotation({ masterId, previousId }: MasterKeyState): HooklineError {
  return new HooklineError(
    'vault_locked',
    `Another rotation of the master key, from ${previousId} to ${masterId}, has not ended. It ` +
      'was likely stopped half-way. Run it again with its two keys first.',
  )
}
