/**
 * The master keys that this process was given: the newest, and during a rotation the one before.
 * What is stored names its master key by an id, so that a wrong one is recognised before anything
 * is opened with it.
 */
import { hkdfSync, randomBytes } from 'node:crypto'
import { HooklineError } from '../base/errors.ts'
import type { MasterKeyState } from '../storage/keys.ts'
import { type About, aesGcm, dataKeyBytes, type Sealing } from './seal.ts'

export interface MasterKeys {
  readonly newest: Uint8Array
  readonly previous?: Uint8Array | undefined
}

/** By id, the key that wraps data keys. */
export type KeyRing = ReadonlyMap<string, Uint8Array>

export interface Unlocked {
  readonly ring: KeyRing
  readonly masterId: string
  readonly fingerprintKey: Uint8Array
}

export function newRing({ newest, previous }: MasterKeys): KeyRing {
  const keys = previous === undefined ? [newest] : [newest, previous]
  return new Map(keys.map((key) => [idOf(key), derived(key, 'hookline vault: wrap data keys')]))
}

/** Tells master keys apart and reveals nothing of them. */
export function idOf(masterKey: Uint8Array): string {
  return Buffer.from(derived(masterKey, 'hookline vault: id')).toString('hex').slice(0, 24)
}

function derived(masterKey: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, '', purpose, dataKeyBytes))
}

/** The state that a vault begins with: under this master key, with a new key for fingerprints. */
export function firstState(masterKey: Uint8Array): Omit<MasterKeyState, 'previousId'> {
  return stateUnder(masterKey, randomBytes(dataKeyBytes))
}

/** The same key for fingerprints under a master key: fingerprints outlive its rotation. */
export function stateUnder(
  masterKey: Uint8Array,
  fingerprintKey: Uint8Array,
): Omit<MasterKeyState, 'previousId'> {
  const masterId = idOf(masterKey)
  const [wrapping = masterKey] = newRing({ newest: masterKey }).values()
  const wrapped = aesGcm.seal(wrapping, fingerprintKey, aboutFingerprints(masterId))
  return { masterId, fingerprintKey: wrapped }
}

/** @throws HooklineError `master_key_wrong` where none of the ring is the one that was used. */
export function unlock(ring: KeyRing, state: MasterKeyState, sealing: Sealing = aesGcm): Unlocked {
  const { masterId } = state
  const key = ring.get(masterId)
  const about = aboutFingerprints(masterId)
  const fingerprintKey = key && sealing.open(key, state.fingerprintKey, about)
  if (fingerprintKey) return { ring, masterId, fingerprintKey }
  throw new HooklineError(
    'master_key_wrong',
    `The keys in this database are sealed under another master key (${masterId}); the one ` +
      `given here is ${[...ring.keys()].join(', ')}. HOOKLINE_MASTER_KEY was likely changed, or ` +
      'the database is of another server. Nothing was touched. Give the master key that the ' +
      'keys were set under; to change it, see `hookline keys rotate-master --help`.',
  )
}

function aboutFingerprints(masterId: string): About {
  return ['hookline fingerprints', masterId]
}
