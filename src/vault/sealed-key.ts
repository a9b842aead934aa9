/**
 * A value under a data key of its own, and the data key under the master key. Both are bound to the
 * name, the mode, the version and the id of the key: what is copied to another place does not open.
 */
import { randomBytes } from 'node:crypto'
import { HooklineError } from '../base/errors.ts'
import type { StoredKey } from '../storage/keys.ts'
import type { KeyRing } from './master-keys.ts'
import { type About, dataKeyBytes, type Sealing } from './seal.ts'

type Place = Pick<StoredKey, 'id' | 'name' | 'mode' | 'version'>

export function sealValue(
  sealing: Sealing,
  wrappingKey: Uint8Array,
  place: Place & { readonly value: string },
): Pick<StoredKey, 'sealed' | 'dataKey'> {
  const dataKey = randomBytes(dataKeyBytes)
  const sealed = sealing.seal(dataKey, Buffer.from(place.value), about('value', place))
  return { sealed, dataKey: sealing.seal(wrappingKey, dataKey, about('data key', place)) }
}

/** @throws HooklineError `key_damaged`, `vault_locked` where its master key is not given. */
export function openValue(sealing: Sealing, ring: KeyRing, key: StoredKey): string {
  const dataKey = openDataKey(sealing, ring, key)
  const value = sealing.open(dataKey, key.sealed, about('value', key))
  if (value) return Buffer.from(value).toString()
  throw damaged(key)
}

/** The data key of a key under another master key. The value is not opened. */
export function rewrapDataKey(
  sealing: Sealing,
  ring: KeyRing,
  { key, masterId }: { readonly key: StoredKey; readonly masterId: string },
): Uint8Array {
  const wrappingKey = ring.get(masterId)
  if (!wrappingKey) throw masterMissing(key)
  return sealing.seal(wrappingKey, openDataKey(sealing, ring, key), about('data key', key))
}

function openDataKey(sealing: Sealing, ring: KeyRing, key: StoredKey): Uint8Array {
  const wrappingKey = ring.get(key.masterId)
  if (!wrappingKey) throw masterMissing(key)
  const dataKey = sealing.open(wrappingKey, key.dataKey, about('data key', key))
  if (dataKey) return dataKey
  throw damaged(key)
}

function about(what: string, { id, name, mode, version }: Place): About {
  return [`hookline ${what}`, id, name, mode, version]
}

function masterMissing({ name, mode }: Place): HooklineError {
  return new HooklineError(
    'vault_locked',
    `The key ${name} (${mode}) is sealed under a master key that is not given here. The master ` +
      'key is likely being rotated. Give the one before as HOOKLINE_MASTER_KEY_PREVIOUS until ' +
      '`hookline keys rotate-master` has ended.',
  )
}

function damaged({ name, mode }: Place): HooklineError {
  return new HooklineError(
    'key_damaged',
    `The key ${name} (${mode}) can not be opened: its row is not what was written. Somebody ` +
      'likely changed or copied rows by hand, or the file is damaged. Set it again with ' +
      `\`hookline keys set ${name} --mode ${mode}\`.`,
  )
}
