/**
 * Makes a provider of its declaration: an object that verifies and signs, and a maker of sources.
 */
import { decodeUtf8 } from '../base/bytes.ts'
import { type Json, type JsonObject, parseJson } from '../base/json.ts'
import type { ApiOptions } from './apis/declaration.ts'
import { providerApis } from './apis/registry.ts'
import type { Declaration } from './declaration.ts'
import type {
  JsonEvents,
  Provider,
  SourceDefinition,
  SourceOptions,
  SourceProvider,
} from './provider.ts'
import type { ProviderSettings } from './request.ts'
import { secretHeadersOf } from './secret-headers.ts'
import { schemeOf, signRequest } from './sign.ts'
import { makeVerifier, type Verifier, verifyRequest } from './verify.ts'

const refusedStatusDefault = 400

/**
 * Makes the provider that a declaration describes.
 * @typeParam Events the payload types by event type, with `'*'` for all others.
 */
export function defineProvider<Events = JsonEvents<JsonObject>>(
  declaration: Declaration,
): SourceProvider<Events> {
  const parse = declaration.parse ?? parseJsonBytes
  const verifier = makeVerifier(declaration, parse)
  const members = {
    name: declaration.name,
    title: declaration.title,
    declaration,
    secretNames: declaration.secretNames,
    secretHeaders: secretHeadersOf(declaration),
    hasSecretPath: declaration.hasSecretPath ?? false,
    signsUrl: declaration.settings?.includes('publicUrl') ?? false,
    reply: {
      accepted: declaration.reply?.accepted,
      refusedStatus: declaration.reply?.refusedStatus ?? refusedStatusDefault,
    },
    parse,
    ...verifyMembers(verifier),
    ...signMembers(verifier),
  }
  const make = (options: SourceOptions & ApiOptions = {}): SourceDefinition<Events> => ({
    provider,
    api: providerApis.get(declaration.name),
    options,
  })
  // Redefined, because the `name` of a function can not be assigned.
  Object.defineProperties(make, Object.getOwnPropertyDescriptors(members))
  const provider: SourceProvider<Events> = make as typeof make & typeof members // by the line above
  return provider
}

function verifyMembers(verifier: Verifier): Pick<Provider, 'verify' | 'handshake'> {
  const verify: Provider['verify'] = (request, context) => verifyRequest(verifier, request, context)
  const { handshake } = verifier.declaration
  if (!handshake) return { verify }
  const answer: Provider['handshake'] = (request, context) =>
    handshake(request, context, () => verify(request, context))
  return { verify, handshake: answer }
}

function signMembers(
  verifier: Verifier,
): Pick<SourceProvider, 'sign' | 'request' | 'newSecret' | 'newSecrets'> {
  const newSecrets = (settings?: ProviderSettings) => schemeOf(verifier, settings).newSecrets()
  return {
    sign: (body, options) => signRequest(verifier, body, options).headers,
    request: (body, options) => signRequest(verifier, body, options),
    newSecrets,
    newSecret: (settings) => newSecrets(settings).secret,
  }
}

function parseJsonBytes(body: Uint8Array): Json | undefined {
  const text = decodeUtf8(body)
  return text === undefined ? undefined : parseJson(text)
}
