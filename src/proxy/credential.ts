/**
 * The key of an API, in the form in which the API wants it. It goes into the request that is sent
 * and nowhere else; what it can be recognised by is handed to the scrubber.
 */
import { HooklineError } from '../base/errors.ts'
import type { Api } from './api.ts'
import { exchangedToken, type TokenCache } from './token-exchange.ts'

/** The secrets under the first of these names that is set, newest first. */
export type SecretsOf = (names: readonly string[]) => Promise<readonly string[]>

export interface Credential {
  readonly header?: readonly [name: string, value: string]
  readonly parameter?: readonly [name: string, value: string]
  /** What must not come back. */
  readonly secrets: readonly string[]
}

export interface CredentialSource {
  readonly secretsOf: SecretsOf
  readonly tokens: TokenCache
}

/** A shorter one could not be told from any other text in an answer. */
const keyCharactersMin = 8

/** @throws HooklineError `api_key_missing`, and what the exchange of a token throws. */
export async function credentialFor(api: Api, source: CredentialSource): Promise<Credential> {
  const { auth } = api.declaration
  const key = await keyOf(api, source)
  switch (auth.kind) {
    case 'bearer':
      return { header: ['authorization', `Bearer ${key}`], secrets: [key] }
    case 'header':
      return { header: [auth.header, `${auth.prefix ?? ''}${key}`], secrets: [key] }
    case 'query':
      return { parameter: [auth.parameter, key], secrets: [key] }
    case 'basic': {
      const pair = pairOf(await userOf(api, auth.userNames, source), key)
      return { header: ['authorization', `Basic ${pair}`], secrets: [key, pair] }
    }
    case 'client-credentials': {
      const pair = pairOf(await userOf(api, auth.userNames, source), key)
      const token = await exchangedToken(source.tokens, api, { tokenPath: auth.tokenPath, pair })
      return { header: ['authorization', `Bearer ${token}`], secrets: [key, pair, token] }
    }
  }
}

async function keyOf({ name, key, keyNames }: Api, { secretsOf }: CredentialSource) {
  const found = key ?? (await secretsOf(keyNames))[0]
  if (found === undefined) throw missing(name, keyNames, 'is not set')
  if (!isPrintable(found)) throw missing(name, keyNames, 'has characters that no header can have')
  if (found.length < keyCharactersMin) throw missing(name, keyNames, 'is too short to be a key')
  return found
}

async function userOf(
  { name }: Api,
  userNames: readonly string[],
  { secretsOf }: CredentialSource,
): Promise<string> {
  const [user] = await secretsOf(userNames)
  if (user === undefined) throw missing(name, userNames, 'is not set')
  return user
}

function isPrintable(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}

function pairOf(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString('base64')
}

function missing(name: string, names: readonly string[], why: string): HooklineError {
  return new HooklineError(
    'api_key_missing',
    `The API '${name}' can not be called: its key ${why}. It was likely never given to this ` +
      `server. Set ${names.join(' or ')} in the environment, in .env.local or in the vault.`,
  )
}
