/** Makes a provider of its declaration: an object that verifies and signs, and a maker of sources. */
import { randomUUID } from 'node:crypto'
import { decodeUtf8 } from '../base/bytes.ts'
import { type Json, type JsonObject, parseJson } from '../base/json.ts'
import type { Declaration } from './declaration.ts'
import { placesOf } from './fields.ts'
import type {
  JsonEvents,
  Provider,
  SourceDefinition,
  SourceOptions,
  SourceProvider,
} from './provider.ts'
import type { SignOptions } from './request.ts'
import { makeVerifier, selectScheme, type Verifier, verifyRequest } from './verify.ts'

export function defineProvider<Events = JsonEvents<JsonObject>>(
  declaration: Declaration,
): SourceProvider<Events> {
  const parse = declaration.parse ?? parseJsonBytes
  const verifier = makeVerifier(declaration, parse)
  const provider: Provider = {
    name: declaration.name,
    secretNames: declaration.secretNames,
    reply: {
      accepted: declaration.reply?.accepted,
      refusedStatus: declaration.reply?.refusedStatus ?? 400,
    },
    verify: (request, context) => verifyRequest(verifier, request, context),
    sign: (body, options) => signBody(verifier, body, options),
    parse,
    newSecret: () => schemeFor(verifier, undefined).newSecret().secret,
  }
  const { handshake } = declaration
  if (handshake) {
    provider.handshake = (request, context) =>
      handshake(request, context, () => verifyRequest(verifier, request, context))
  }
  return callable(provider, declaration)
}

/** A function whose own properties are the provider's; `name` of a function is not writable otherwise. */
function callable<Events>(provider: Provider, declaration: Declaration): SourceProvider<Events> {
  const make = (options: SourceOptions = {}): SourceDefinition<Events> => ({
    provider: source,
    options,
  })
  const properties = Object.getOwnPropertyDescriptors({ ...provider, declaration })
  // The descriptors are the provider's own, so the function has exactly its members.
  const source = Object.defineProperties(make, properties) as SourceProvider<Events>
  return source
}

function parseJsonBytes(body: Uint8Array): Json | undefined {
  const text = decodeUtf8(body)
  return text === undefined ? undefined : parseJson(text)
}

function schemeFor(verifier: Verifier, name: string | undefined) {
  const selected = selectScheme(verifier, name)
  if (!selected) throw new TypeError(`${verifier.declaration.name} has no scheme '${name}'.`)
  return selected.scheme
}

/** The scheme's headers, and those that carry the event's id and type. */
function signBody(
  verifier: Verifier,
  body: Uint8Array,
  options: SignOptions,
): [name: string, value: string][] {
  const { event } = verifier.declaration
  const { headers } = schemeFor(verifier, options.settings?.scheme).sign(body, options)
  const idHeader = headerPlace(event.id)
  const typeHeader = headerPlace(event.type)
  if (idHeader) headers.push([idHeader, options.id ?? randomUUID()])
  if (typeHeader && options.type) headers.push([typeHeader, options.type])
  return headers
}

function headerPlace(field: Parameters<typeof placesOf>[0]): string | undefined {
  const place = placesOf(field).find((candidate) => candidate.startsWith('header:'))
  return place?.slice('header:'.length)
}
