/** The vault on the storage: seals what comes in, opens what is asked for, and tells no value. */
import { createHmac } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Mode } from '../base/mode.ts'
import type { Actor, NewAuditEntry } from '../storage/audit.ts'
import { type KeyStorage, keysMax, type StoredKey } from '../storage/keys.ts'
import { firstState, type MasterKeys, newRing, type Unlocked, unlock } from './master-keys.ts'
import { type Recognise, refuseUnfit } from './refuse.ts'
import { aesGcm, type Sealing } from './seal.ts'
import { openValue, sealValue } from './sealed-key.ts'
import type { KeyRecord, KeyRotation, OpenedSecret, Vault } from './vault.ts'

/** A use is written down once in this time for each key. */
export const useEveryMs = 3_600_000
export const graceMsMax = 30 * 86_400_000
const fingerprintCharacters = 12
/** Writers of one key at one moment; each round one of them is through. */
const triesMax = 20

export interface VaultOptions {
  readonly storage: KeyStorage
  readonly clock: Clock
  readonly masterKeys: MasterKeys
  readonly recognise: Recognise
  /** For the control of a test alone, which turns it off. */
  readonly sealing?: Sealing
}

interface State extends Required<VaultOptions> {
  /** Which master key is the newest may change while this runs. */
  unlocked: Unlocked
}

/**
 * @throws HooklineError `master_key_wrong` where the keys are under another one; nothing is written
 * then.
 */
export async function openVault(options: VaultOptions): Promise<Vault> {
  const { storage, masterKeys, sealing = aesGcm } = options
  const stored =
    (await storage.masterKeyState()) ??
    (await storage.beginMasterKey(firstState(masterKeys.newest)))
  const state: State = { ...options, sealing, unlocked: unlock(newRing(masterKeys), stored) }
  return {
    list: async () => toRecords(await storage.keys()),
    set: (key, actor) => put(state, { ...key, graceMs: 0 }, entryOf('key.set', key, actor)),
    rotate: (rotation, actor) => rotate(state, rotation, actor),
    remove: (name, mode, actor) =>
      storage.removeKey(name, mode, entryOf('key.remove', { name, mode }, actor)),
    open: (name, mode) => open(state, name, mode),
    noteUse: async (name, mode, actor) => {
      const entry = entryOf('key.use', { name, mode }, actor)
      await storage.useKey(name, mode, { everyMs: useEveryMs, entry })
    },
    fingerprint: (value) => fingerprint(state, value),
  }
}

function entryOf(
  action: NewAuditEntry['action'],
  { name, mode }: { readonly name: string; readonly mode: Mode },
  actor: Actor,
): NewAuditEntry {
  return { actor, action, subject: name, details: { mode } }
}

async function rotate(state: State, rotation: KeyRotation, actor: Actor): Promise<KeyRecord> {
  const { name, mode, graceMs } = rotation
  if (newestOf(await state.storage.keys(), name, mode) === undefined) throw unknown(name, mode)
  if (!Number.isSafeInteger(graceMs) || graceMs < 0 || graceMs > graceMsMax) {
    throw new HooklineError(
      'payload_invalid',
      `The grace is not from 0 to ${graceMsMax} milliseconds. It was likely given in another ` +
        'unit. Give it in milliseconds.',
    )
  }
  const entry = entryOf('key.rotate', rotation, actor)
  return await put(state, rotation, { ...entry, details: { mode, graceMs } })
}

async function put(state: State, rotation: KeyRotation, entry: NewAuditEntry): Promise<KeyRecord> {
  refuseUnfit(rotation, state.recognise)
  for (let tries = 0; tries < triesMax; tries++) {
    const { result } = await putOnce(state, rotation, entry)
    if (result === 'put') return await recordOf(state, rotation)
    if (result === 'master_changed') await unlockAnew(state)
    if (result === 'full') throw full()
  }
  throw new HooklineError(
    'storage_failed',
    `The key ${rotation.name} was not written, because others write it at every moment. Several ` +
      'programs likely set it in a loop. Stop them, and set it again.',
  )
}

async function putOnce(
  state: State,
  { name, mode, value, graceMs }: KeyRotation,
  entry: NewAuditEntry,
) {
  const { storage, sealing, clock, unlocked } = state
  const { masterId, ring } = unlocked
  const wrappingKey = ring.get(masterId)
  if (!wrappingKey) throw replaced()
  const version = (newestOf(await storage.keys(), name, mode) ?? 0) + 1
  const place = { id: newId('key', clock.now()), name, mode, version }
  const [looks] = state.recognise(value, name)
  const key = {
    ...place,
    ...sealValue(sealing, wrappingKey, { ...place, value }),
    kind: looks?.name ?? null,
    fingerprint: fingerprint(state, value),
    masterId,
    graceMs,
  }
  return await storage.putKey(key, entry)
}

async function recordOf(state: State, { name, mode }: KeyRotation): Promise<KeyRecord> {
  const records = toRecords(await state.storage.keys())
  const record = records.find((each) => each.name === name && each.mode === mode)
  if (record) return record
  // Removed by somebody else in between.
  throw unknown(name, mode)
}

/** @throws HooklineError `vault_locked` where this process was not given the newest one. */
async function unlockAnew(state: State): Promise<void> {
  const stored = await state.storage.masterKeyState()
  const { ring } = state.unlocked
  if (!stored || !ring.has(stored.masterId)) throw replaced()
  state.unlocked = unlock(ring, stored)
}

async function open(state: State, name: string, mode: Mode): Promise<OpenedSecret[]> {
  const keys = (await state.storage.keys()).filter((key) => key.name === name && key.mode === mode)
  return keys.map((key) => ({
    value: openValue(state.sealing, state.unlocked.ring, key),
    goodUntil: key.goodUntil,
  }))
}

function newestOf(keys: readonly StoredKey[], name: string, mode: Mode): number | undefined {
  return keys.find((key) => key.name === name && key.mode === mode)?.version
}

/** One record for each name and mode: of its newest version, which comes first. */
function toRecords(keys: readonly StoredKey[]): KeyRecord[] {
  const groups = Map.groupBy(keys, ({ name, mode }) => `${mode} ${name}`)
  return [...groups.values()].flatMap((versions) => {
    const [newest] = versions
    return newest ? [toRecord(newest, versions)] : []
  })
}

function toRecord(newest: StoredKey, versions: readonly StoredKey[]): KeyRecord {
  const { name, mode, kind, fingerprint, version, createdAt, lastUsedAt } = newest
  const ends = versions.flatMap(({ goodUntil }) => goodUntil ?? [])
  const graceUntil = ends.length > 0 ? Math.max(...ends) : null
  return { name, mode, kind, fingerprint, version, createdAt, lastUsedAt, graceUntil }
}

function fingerprint({ unlocked }: State, value: string): string {
  const mac = createHmac('sha256', unlocked.fingerprintKey).update(value)
  return mac.digest('hex').slice(0, fingerprintCharacters)
}

function unknown(name: string, mode: Mode): HooklineError {
  return new HooklineError(
    'key_unknown',
    `The vault has no key ${name} for ${mode} mode. It is misspelt, of the other mode, or set in ` +
      'the environment instead. See `hookline keys list`.',
  )
}

function replaced(): HooklineError {
  return new HooklineError(
    'vault_locked',
    'The master key has been rotated, and this process was started with the one before. Nothing ' +
      'was changed. Start it again with the new one.',
  )
}

function full(): HooklineError {
  return new HooklineError(
    'key_refused',
    `The vault holds ${keysMax} keys, which is all it takes. A program likely sets keys of ` +
      'changing names. Remove those that nobody uses.',
  )
}
