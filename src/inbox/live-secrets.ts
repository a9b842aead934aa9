/**
 * Keeps the secrets of the sources in memory as they are now: looked up at the start, and anew when
 * a key changes, in whichever process. A webhook reads an array and waits for nothing; only before
 * one is refused is it asked whether a key has changed.
 */
import { errorText } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { RefusedReason } from '../providers/provider.ts'
import type { FoundSecrets, SecretLookup } from '../vault/vault.ts'
import { noteSecrets, type SecretPlace } from './secret-notes.ts'
import type { LiveSecrets, Source } from './sources.ts'

/** How long a use stays unnoted at most. */
const noteUsesEveryMs = 5_000

/** What another secret could turn into a yes. */
const reasonsOfSecrets: readonly RefusedReason[] = ['secret_missing', 'signature_mismatch']

export interface LiveSourceOptions {
  readonly lookup: SecretLookup
  readonly log: Log
  /** Undefined where the vault is locked. */
  readonly fingerprint: (secret: string) => string | undefined
  /** In `dev`: the secret that the sandbox signs with. */
  readonly made?: ((source: Source) => string) | undefined
}

export interface LiveSources {
  readonly sources: readonly Source[]
  stop(): void
}

interface Kept {
  readonly source: { -readonly [K in keyof Source]: Source[K] }
  readonly live: { -readonly [K in keyof LiveSecrets]: LiveSecrets[K] }
}

/** These sources with their secrets, those of which the app's code gives none kept up to date. */
export async function keepSecretsLive(
  sources: readonly Source[],
  options: LiveSourceOptions,
): Promise<LiveSources> {
  const { lookup } = options
  const kept = sources.filter(needsLookup).map((source): Kept => {
    const live = {
      check: async () => void (await lookup.check()),
      origin: undefined,
      isUsed: false,
    }
    return { source: { ...source, live }, live }
  })
  const renewAll = () => Promise.all(kept.map((each) => renew(each, options))).then(() => {})
  await renewAll()
  const stopListening = lookup.onChange(renewAll)
  const timer = setInterval(() => noteUses(kept, options), noteUsesEveryMs).unref()
  const byName = new Map(kept.map(({ source }) => [source.name, source]))
  return {
    sources: sources.map((source) => byName.get(source.name) ?? source),
    stop: () => {
      stopListening()
      clearInterval(timer)
    },
  }
}

/** Whether a refusal for this reason may be due to a secret that this process has not seen yet. */
export function isDueToSecret(reason: RefusedReason): boolean {
  return reasonsOfSecrets.includes(reason)
}

function needsLookup({ hasOwnSecrets, provider }: Source): boolean {
  return !hasOwnSecrets && provider.secretNames.length > 0
}

/** What can not be looked up leaves the secrets as they were. */
async function renew({ source, live }: Kept, options: LiveSourceOptions) {
  const { lookup, log, made, fingerprint } = options
  try {
    const found = await lookup.find(source.provider.secretNames, source.mode)
    const secrets = secretsOf(found, () => made?.(source))
    const words = { provider: source.provider.name, fingerprint }
    noteSecrets(secrets, { ...words, placeOf: (index) => placeOf(found, index) })
    source.secrets = secrets
    live.origin = found.origin ?? (source.secrets.length > 0 ? 'dev' : undefined)
  } catch (error) {
    const detail = errorText(error, 300)
    log.error('could not look up the secrets of a source', { source: source.name, detail })
  }
}

/** The one that was made stays good beside those in the vault: the sandbox signs with it. */
function secretsOf({ values, origin }: FoundSecrets, made: () => string | undefined): string[] {
  if (origin !== undefined && origin !== 'vault') return [...values]
  const secret = made()
  return secret === undefined ? [...values] : [...values, secret]
}

/** What comes after those that were found is the one that was made. */
function placeOf({ name, origin, values, goodUntil }: FoundSecrets, index: number): SecretPlace {
  if (origin === undefined || index >= values.length) return { origin: 'dev' }
  return { origin, name, goodUntil: goodUntil[index] }
}

/** Aside, so that no webhook waits for it. */
function noteUses(kept: readonly Kept[], { lookup, log }: LiveSourceOptions): void {
  for (const { source, live } of kept) {
    if (!live.isUsed) continue
    live.isUsed = false
    const by = `source ${source.name}`
    lookup.use(source.provider.secretNames, source.mode, by).catch((error) => {
      log.error('could not note the use of a key', { error: errorText(error, 300) })
    })
  }
}
