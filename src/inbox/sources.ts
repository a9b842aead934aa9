/** The sources of this app, looked up by name from memory. */
import { HooklineError } from '../base/errors.ts'
import type { Mode } from '../base/mode.ts'
import type { Provider, ProviderSettings, SourceDefinition } from '../providers/provider.ts'
import type { SecretOrigin } from '../vault/vault.ts'

/** 1 MiB: more than any declared provider's usual event, less than what hurts. */
export const bodyBytesMaxDefault = 1_048_576
export const respondWithinMsDefault = 5_000

export interface Source {
  readonly name: string
  readonly provider: Provider
  /** As they are now; any of them may match. Empty: every request is refused. */
  readonly secrets: readonly string[]
  /** The app's code gives them, and nothing else is looked at. */
  readonly hasOwnSecrets: boolean
  /** Undefined where they do not change while the process runs. */
  readonly live?: LiveSecrets
  readonly mode: Mode
  readonly settings: ProviderSettings
  readonly bodyBytesMax: number
  readonly respond: 'stored' | 'handled'
  readonly respondWithinMs: number
}

export interface LiveSecrets {
  /** Resolves when `secrets` holds what was set before this was called. */
  readonly check: () => Promise<void>
  readonly origin: SecretOrigin | undefined
  /** Set with each webhook that one of them verified. */
  isUsed: boolean
}

export interface SourceDefaults {
  readonly mode: Mode
  readonly publicUrl: string | undefined
  readonly secretsOf: (names: readonly string[]) => string[]
}

/** What the app's definition leaves open comes from the configuration. */
export function makeSource(
  name: string,
  { provider, options }: SourceDefinition,
  defaults: SourceDefaults,
): Source {
  const { secrets } = options
  const publicUrl =
    defaults.publicUrl && `${defaults.publicUrl.replace(/\/$/, '')}/webhooks/${name}`
  return {
    name,
    provider,
    secrets:
      secrets === undefined
        ? defaults.secretsOf(provider.secretNames)
        : [secrets].flat().filter((secret) => secret !== ''),
    hasOwnSecrets: secrets !== undefined,
    mode: options.mode ?? defaults.mode,
    settings: { ...(publicUrl ? { publicUrl } : {}), ...options.settings },
    bodyBytesMax: options.bodyBytesMax ?? bodyBytesMaxDefault,
    respond: options.respond ?? 'stored',
    respondWithinMs: options.respondWithinMs ?? respondWithinMsDefault,
  }
}

export type Sources = ReadonlyMap<string, Source>

/** @throws HooklineError `source_unknown` naming the nearest source there is. */
export function findSource(sources: Sources, name: string): Source {
  const source = sources.get(name) ?? sourceOfSecretPath(sources, name)
  if (source) return source
  const near = [...sources.keys()].find((known) => isNear(known, name))
  throw new HooklineError(
    'source_unknown',
    `No source is named '${name.slice(0, 100)}'. The path was /webhooks/${name.slice(0, 100)}.` +
      (near ? ` Did you mean '${near}'?` : ' Sources are named in hookline({ sources }).'),
  )
}

/** `acme/<secret>` is the source `acme`, where its provider takes the secret there. */
function sourceOfSecretPath(sources: Sources, path: string): Source | undefined {
  const slash = path.indexOf('/')
  const source = slash < 0 ? undefined : sources.get(path.slice(0, slash))
  return source?.provider.hasSecretPath ? source : undefined
}

/** One letter missing, added, changed or swapped. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end))
    end++
  return Math.max(a.length, b.length) - start - end <= 2
}
