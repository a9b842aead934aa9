/**
 * `custom({ … })`: the declaration of a sender that Hookline does not know, in the user's own file.
 * It is
 * no provider of the registry, and refuses at once what could never verify a request.
 */
import { HooklineError } from '../base/errors.ts'
import type { JsonObject } from '../base/json.ts'
import { basic, secretPath, sentHeader } from './custom/sent-secret.ts'
import type { Declaration } from './declaration.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents, SourceDefinition, SourceProvider } from './provider.ts'
import { type Mac, mac } from './schemes/mac.ts'
import type { Scheme } from './schemes/scheme.ts'

/** How the sender proves who it is: one of four. */
export type CustomProof =
  | {
      /** A keyed digest in a header. Absent: SHA-256 in hexadecimal over the body. */
      readonly signature: CustomSignature
    }
  | {
      /** The secret itself in a header, after a prefix such as `Bearer ` where there is one. */
      readonly token: { readonly header: string; readonly prefix?: string }
    }
  | {
      /** Basic authentication with this user name; the secret is the password. */
      readonly basic: { readonly user: string }
    }
  | {
      /** The secret as the last part of the path: `/webhooks/<source>/<secret>`. */
      readonly secretPath: true
    }

export type CustomSignature = Pick<Mac, 'header'> &
  Partial<Omit<Mac, 'header'>> & {
    /** What stands before the signature: `sha256=`. Short for `format: 'sha256={signature}'`. */
    readonly prefix?: string
  }

/** What a declaration may say beside the proof; all but the name has a default. */
export type CustomFields = Pick<Declaration, 'name'> &
  Partial<Omit<Declaration, 'name' | 'scheme' | 'hasSecretPath'>>

export type CustomOptions = CustomFields & CustomProof

/** A provider and, without being called, a source with no options of its own. */
export type CustomProvider<Events> = SourceProvider<Events> & SourceDefinition<Events>

const namePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const headerPattern = /^[\w!#$%&'*+.^`|~-]+$/

/**
 * Makes a provider of a declaration of your own. Used as a source it is taken as it is, or called
 * with options like any other provider.
 * @typeParam Events the payload types by event type, with `'*'` for all others.
 * @throws HooklineError `config_invalid` for a declaration that could never verify a request.
 * @example
 * const acme = custom({ name: 'acme', signature: { header: 'X-Acme-Signature' } })
 * const app = hookline({ sources: { acme } })
 */
export function custom<Events = JsonEvents<JsonObject>>(
  options: CustomOptions,
): CustomProvider<Events> {
  const provider = defineProvider<Events>(declarationOf(options))
  const definition: SourceDefinition<Events> = { provider, options: {} }
  return Object.assign(provider, definition)
}

function declarationOf(options: CustomOptions): Declaration {
  const { signature, token: _, basic: __, secretPath: path, ...fields } = known(options)
  const { name } = fields
  if (typeof name !== 'string' || !namePattern.test(name)) {
    throw invalid(
      'its name is not usable',
      'It is likely missing, or has capitals or spaces.',
      "Name it in lower case, with words joined by -: name: 'my-sender'.",
    )
  }
  return {
    title: name,
    docsUrl: '',
    secretNames: [`${name.replaceAll('-', '_').toUpperCase()}_WEBHOOK_SECRET`],
    event: {},
    samples: [],
    ...(signature?.signed?.includes('{url}') && { settings: ['publicUrl'] as const }),
    ...fields,
    scheme: schemeOf(name, options),
    ...(path && { hasSecretPath: true }),
  }
}

/** All four proofs as optional members, as an object written without types may have them. */
function known(options: CustomOptions): CustomFields & {
  readonly signature?: CustomSignature
  readonly token?: { readonly header: string; readonly prefix?: string }
  readonly basic?: { readonly user: string }
  readonly secretPath?: true
} {
  return options
}

function schemeOf(name: string, options: CustomOptions): Scheme {
  const { signature, token, basic: login, secretPath: path } = known(options)
  const given = [signature, token, login, path].filter((proof) => proof !== undefined)
  if (given.length !== 1) {
    throw invalid(
      `'${name}' has ${given.length} ways to prove who calls, and needs one`,
      'Without one it would believe anybody; with two it would be as strong as the weaker.',
      'Give one of signature, token, basic and secretPath.',
    )
  }
  if (signature) return signatureScheme(name, signature)
  if (token) return sentHeader(checkHeader(name, token.header), token.prefix ?? '')
  if (login) return basic(checkUser(name, login.user))
  return secretPath()
}

function signatureScheme(name: string, signature: CustomSignature): Scheme {
  const { prefix, ...declared } = signature
  checkHeader(name, signature.header)
  const format = declared.format ?? `${prefix ?? ''}{signature}`
  if (!format.includes('{signature}') || (prefix && declared.format)) {
    throw invalid(
      `the format of the header of '${name}' has no place for the signature, or a prefix beside it`,
      'It likely lacks {signature}, or the prefix is written twice.',
      "Write it as format: 't={timestamp},v1={signature}', or give the prefix alone.",
    )
  }
  const signed = declared.signed ?? '{body}'
  const hasTime = Boolean(declared.timestampHeader ?? declared.timestampPath)
  if (signed.includes('{timestamp}') && !hasTime && !format.includes('{timestamp}')) {
    throw invalid(
      `'${name}' signs a timestamp, and nothing says where it is`,
      'The signed text is likely right, and the place of the time missing.',
      'Give timestampHeader, or write {timestamp} into format.',
    )
  }
  if (signed.includes('{id}') && !declared.idHeader) {
    throw invalid(
      `'${name}' signs an id, and nothing says where it is`,
      'The signed text is likely right, and the place of the id missing.',
      'Give idHeader.',
    )
  }
  return makeMac(name, { digest: 'sha256', encoding: 'hex', ...declared, signed, format })
}

function makeMac(name: string, declared: Mac): Scheme {
  const digests: readonly string[] = ['sha1', 'sha256', 'sha512']
  const encodings: readonly string[] = ['hex', 'base64']
  if (!digests.includes(declared.digest) || !encodings.includes(declared.encoding)) {
    throw invalid(
      `'${name}' has a digest or an encoding that is not known`,
      'It is likely written in another way.',
      `The digest is ${digests.join(', ')}; the encoding is ${encodings.join(' or ')}.`,
    )
  }
  try {
    return mac(declared)
  } catch (error) {
    throw invalid(
      `what is signed by '${name}' can not be read`,
      `${error instanceof Error ? error.message : 'Its template is not one.'}`,
      'Use {body}, {timestamp}, {id}, {url}, {method} and the text between them.',
      error,
    )
  }
}

function checkHeader(name: string, header: unknown): string {
  if (typeof header === 'string' && headerPattern.test(header)) return header
  throw invalid(
    `'${name}' names no header that a request can have`,
    'The name is likely empty, or has a colon or a space in it.',
    "Write it as the sender documents it: header: 'X-Signature'.",
  )
}

function checkUser(name: string, user: unknown): string {
  if (typeof user === 'string' && user !== '' && !user.includes(':')) return user
  throw invalid(
    `'${name}' names no user that basic authentication can have`,
    'It is likely empty, or has a colon in it, which ends a user name.',
    "Give the name alone: basic: { user: 'sender' }. The password is the secret.",
  )
}

function invalid(what: string, why: string, toDo: string, cause?: unknown): HooklineError {
  const text = `A custom sender can not be used: ${what}. ${why} ${toDo}`
  return new HooklineError('config_invalid', text, { cause })
}
