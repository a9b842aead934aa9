/** A source of the app with what is declared for its provider. */
import type { Mode } from '../base/mode.ts'
import { providerApis } from '../providers/apis/registry.ts'
import { connectDeclarationOf } from '../providers/connect/registry.ts'
import type { Provider, ProviderSettings } from '../providers/provider.ts'
import type { SecretOrigin } from '../vault/vault.ts'
import type { ConnectSource } from './target.ts'

/** As the inbox has it. */
export interface AppSource {
  readonly name: string
  readonly mode: Mode
  readonly provider: Provider
  readonly secrets: readonly string[]
  readonly hasOwnSecrets: boolean
  readonly live?: { readonly origin: SecretOrigin | undefined }
  readonly settings: ProviderSettings
}

export interface ListeningHandler {
  readonly source: string
  readonly type: string
}

export function toConnectSource(
  source: AppSource,
  all: Iterable<AppSource>,
  handlers: readonly ListeningHandler[],
): ConnectSource {
  const { name, mode, provider, secrets, hasOwnSecrets, settings } = source
  return {
    ...{ name, mode, provider: provider.name, secretNames: provider.secretNames, secrets },
    secretOrigin: hasOwnSecrets ? 'code' : source.live?.origin,
    sharesSecretWith: [...all].find((other) => isSharing(source, other))?.name,
    types: handlers.filter((each) => each.source === name).map(({ type }) => type),
    declaration: connectDeclarationOf(provider.name),
    api: providerApis.get(provider.name),
    newSecret: () => provider.newSecret(settings),
  }
}

/** Both look under the same names, so that the secret of one would become that of the other. */
function isSharing(source: AppSource, other: AppSource): boolean {
  if (other.name === source.name || other.mode !== source.mode) return false
  return (
    other.provider.name === source.provider.name && !other.hasOwnSecrets && !source.hasOwnSecrets
  )
}
