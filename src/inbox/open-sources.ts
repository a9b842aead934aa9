/** The sources of the app with their secrets, looked at before a provider meets them. */
import type { Log } from '../base/log.ts'
import { addSecretFinder } from '../base/scrub.ts'
import { findKeys, isSecretKind } from '../providers/key-shapes.ts'
import type { Provider, SourceDefinition } from '../providers/provider.ts'
import type { SecretLookup, Vault } from '../vault/vault.ts'
import { checkSecrets } from './check-secrets.ts'
import { keepSecretsLive } from './live-secrets.ts'
import { noteSecrets } from './secret-notes.ts'
import { makeSource, type Source, type SourceDefaults, type Sources } from './sources.ts'

export interface OpenSourcesOptions {
  readonly config: SourceDefaults
  readonly lookup: SecretLookup
  readonly vault: Pick<Vault, 'fingerprint'>
  readonly log: Log
  /** In `dev`: makes the secret of a source that has none. */
  readonly missingSecret: ((source: string, provider: Provider) => string) | undefined
}

export interface OpenSources {
  readonly sources: Sources
  /** Their secrets stay as they are from then on. */
  stop(): void
}

/** @throws HooklineError `key_refused` for a secret of another kind or mode, `config_invalid`. */
export async function openSources(
  definitions: Readonly<Record<string, SourceDefinition>>,
  { config, lookup, vault, log, missingSecret }: OpenSourcesOptions,
): Promise<OpenSources> {
  addSecretFinder(secretsIn)
  const made = missingSecret && (({ name, provider }: Source) => missingSecret(name, provider))
  const defined = Object.entries(definitions).map(([name, definition]) =>
    makeSource(name, definition, config),
  )
  const { fingerprint } = vault
  for (const { secrets, provider } of defined) {
    noteSecrets(secrets, {
      provider: provider.name,
      fingerprint,
      placeOf: () => ({ origin: 'code' }),
    })
  }
  const { sources, stop } = await keepSecretsLive(defined, { log, lookup, made, fingerprint })
  try {
    for (const source of sources) checkSource(source, log)
  } catch (error) {
    stop()
    throw error
  }
  return { sources: new Map(sources.map((source) => [source.name, source])), stop }
}

/** What looks like a key of any company, for the log to take out. */
function* secretsIn(text: string): Generator<string> {
  for (const { value, key } of findKeys(text)) if (isSecretKind(key.kind)) yield value
}

function checkSource(source: Source, log: Log): void {
  checkSecrets(source, log)
  const { name, provider, secrets } = source
  if (provider.secretNames.length === 0 || secrets.length > 0) return
  log.warn('a source has no secret and refuses every request', {
    source: name,
    set: provider.secretNames.join(' or '),
  })
}
