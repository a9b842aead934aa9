/**
 * Finds secrets by name, and keeps what it found in memory until a key changes. A change in this
 * process is seen at once; one in another process at the next look, which each refused webhook
 * brings forward.
 */
import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Mode } from '../base/mode.ts'
import { rememberSecret } from '../base/scrub.ts'
import type { AuditStorage } from '../storage/audit.ts'
import type { KeyStorage } from '../storage/keys.ts'
import { useEveryMs } from './open-vault.ts'
import type { FoundSecrets, SecretLookup, SecretOrigin, Vault } from './vault.ts'

export const lookEveryMs = 1_000

/** The values under a name outside of the vault, and where they are. */
export type ReadEnvironment = (
  name: string,
) => { readonly values: readonly string[]; readonly origin: SecretOrigin } | undefined

export interface LookupOptions {
  readonly vault: Vault
  readonly storage: Pick<KeyStorage, 'keysVersion'> & Pick<AuditStorage, 'audit'>
  readonly environment: ReadEnvironment
  readonly clock: Clock
  readonly log: Log
}

interface State extends LookupOptions {
  readonly found: Map<string, FoundSecrets>
  readonly usedAt: Map<string, number>
  readonly listeners: Set<() => void | Promise<void>>
  version: number
  /** The look that runs, and the one that was asked for meanwhile. */
  running: Promise<boolean> | undefined
  next: Promise<boolean> | undefined
}

const nothing: FoundSecrets = {
  name: undefined,
  origin: undefined,
  values: [],
  goodUntil: [],
  changesAt: null,
}

export async function startLookup(options: LookupOptions): Promise<SecretLookup> {
  const state: State = {
    ...options,
    found: new Map(),
    usedAt: new Map(),
    listeners: new Set(),
    version: await options.storage.keysVersion(),
    running: undefined,
    next: undefined,
  }
  const look = () => void check(state).catch((error) => sayFailed(state, error))
  const timer = setInterval(look, lookEveryMs).unref()
  return {
    find: (names, mode) => find(state, names, mode),
    use: (names, mode, by) => use(state, { names, mode, by }),
    onChange: (listener) => {
      state.listeners.add(listener)
      return () => void state.listeners.delete(listener)
    },
    check: () => check(state),
    stop: () => clearInterval(timer),
  }
}

async function find(state: State, names: readonly string[], mode: Mode): Promise<FoundSecrets> {
  const key = `${mode} ${names.join(' ')}`
  const known = state.found.get(key)
  if (known) return known
  const { version } = state
  const found = await findAnew(state, names, mode)
  for (const value of found.values) rememberSecret(value)
  // What was read while a key changed may be of before.
  if (version === state.version) state.found.set(key, found)
  return found
}

async function findAnew(
  { environment, vault }: State,
  names: readonly string[],
  mode: Mode,
): Promise<FoundSecrets> {
  for (const name of names) {
    const outside = environment(name)
    if (outside && outside.values.length > 0) {
      return { name, ...outside, goodUntil: outside.values.map(() => null), changesAt: null }
    }
    const opened = await vault.open(name, mode)
    if (opened.length === 0) continue
    const ends = opened.flatMap(({ goodUntil }) => goodUntil ?? [])
    return {
      name,
      origin: 'vault',
      values: opened.map(({ value }) => value),
      goodUntil: opened.map(({ goodUntil }) => goodUntil),
      changesAt: ends.length > 0 ? Math.min(...ends) : null,
    }
  }
  return nothing
}

interface Use {
  readonly names: readonly string[]
  readonly mode: Mode
  readonly by: string
}

async function use(state: State, { names, mode, by }: Use): Promise<FoundSecrets> {
  const found = await find(state, names, mode)
  if (found.name === undefined) return found
  const key = `${mode} ${found.name}`
  const now = state.clock.now()
  if (now - (state.usedAt.get(key) ?? -useEveryMs) < useEveryMs) return found
  state.usedAt.set(key, now)
  // Nobody waits for it: a call must not fail because its note could not be written.
  noteUse(state, { name: found.name, origin: found.origin, mode, by }).catch((error) => {
    state.usedAt.delete(key)
    sayFailed(state, error)
  })
  return found
}

async function noteUse(
  { vault, storage }: State,
  used: { name: string; origin: SecretOrigin | undefined; mode: Mode; by: string },
): Promise<void> {
  const { name, origin, mode, by } = used
  const actor = { kind: 'app', id: by } as const
  if (origin === 'vault') return await vault.noteUse(name, mode, actor)
  const details = { mode, origin: origin ?? 'unknown' }
  await storage.audit({ actor, action: 'key.use', subject: name, details })
}

/**
 * One look at a time. Whoever asks while one runs gets the next, because the one that runs may have
 * read before the change that was asked about.
 */
function check(state: State): Promise<boolean> {
  if (!state.running) {
    state.running = look(state).finally(() => {
      state.running = undefined
    })
    return state.running
  }
  state.next ??= state.running
    .catch(() => false)
    .then(() => {
      state.next = undefined
      return check(state)
    })
  return state.next
}

async function look(state: State): Promise<boolean> {
  const version = await state.storage.keysVersion()
  const now = state.clock.now()
  const isOver = ({ changesAt }: FoundSecrets) => changesAt !== null && changesAt <= now
  if (version === state.version && ![...state.found.values()].some(isOver)) return false
  state.version = version
  state.found.clear()
  await Promise.all([...state.listeners].map((listener) => listener()))
  return true
}

function sayFailed({ log }: State, error: unknown): void {
  log.error('could not look at the keys', { error: errorText(error, 300) })
}
