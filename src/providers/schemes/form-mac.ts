/**
 * A code over the registered URL and the fields of a form, in the order of their names. A body that
 * is no form is bound by its digest, which then stands in the query of the signed URL; without it
 * such a body is refused. Names and values follow one another without a mark between them, so the
 * form is read strictly.
 */
import { createHash } from 'node:crypto'
import { parse as parseQuery, stringify as writeQuery } from 'node:querystring'
import { decodeUtf8 } from '../../base/bytes.ts'
import { type Digest, decodeMac, findKey, hmac, type MacEncoding } from '../../signing/hmac.ts'
import { newSecret, type SecretShape, secretKey } from '../../signing/secret.ts'
import { groupFields, readForm } from '../form.ts'
import type { VerifyContext, WebhookRequest } from '../request.ts'
import type { Reading } from './reading.ts'
import {
  keyFact,
  refused,
  type Scheme,
  type SchemeOutcome,
  type SchemeSignOptions,
  type Signed,
} from './scheme.ts'

export interface FormMac {
  readonly header: string
  readonly digest: Digest
  readonly encoding: MacEncoding
  /** The query parameter that holds the SHA-256 of a body that is no form, in hexadecimal. */
  readonly bodyDigestParameter: string
}

/** So that no field reads like a further part of the URL, which stands before the fields. */
const fieldName = /^\w/

const shape: SecretShape = { form: 'text' }

export function formMac(declared: FormMac): Scheme {
  return {
    headers: [declared.header.toLowerCase()],
    facts: {
      algorithm: `HMAC-${declared.digest.toUpperCase()}, ${declared.encoding}`,
      headers: [declared.header],
      signed: `{url}{fields of the form, sorted}, or {url} with ${declared.bodyDigestParameter}`,
      bodyAuthenticated: true,
      key: keyFact(shape),
      needsPayload: true,
    },
    verify: (reading, context) => verify(declared, reading, context),
    sign: (body, options) => sign(declared, body, options),
    newSecrets() {
      const secret = newSecret(shape)
      return { secret, signingSecret: secret }
    },
  }
}

function verify(declared: FormMac, reading: Reading, context: VerifyContext): SchemeOutcome {
  const written = reading.headers.get(declared.header.toLowerCase())
  if (!written) return refused('signature_missing')
  const signature = decodeMac(written, declared.digest, declared.encoding)
  if (!signature) return refused('signature_malformed')
  const publicUrl = context.settings?.publicUrl
  if (!publicUrl) return refused('setting_missing')
  const keys = context.secrets.map((secret) => secretKey(secret, shape))
  if (keys.every((key) => key === undefined)) return refused('secret_missing')
  const texts = signedTexts(declared, reading.request, withoutFragment(publicUrl))
  if (!texts) return refused('body_malformed')
  for (const text of texts) {
    const secretIndex = findKey(keys, declared.digest, [text], [signature])
    if (secretIndex !== -1) return { ok: true, secretIndex }
  }
  return refused('signature_mismatch')
}

/**
 * All texts that may have been signed for this request; undefined where none could bind its body.
 */
function signedTexts(
  { bodyDigestParameter }: FormMac,
  { url, body }: WebhookRequest,
  publicUrl: string,
): string[] | undefined {
  const prefix = `${bodyDigestParameter}=`
  const isDigest = (part: string) => part.startsWith(prefix)
  const asked = queryParts(url)
  const registered = queryParts(publicUrl)
  const named = asked.some(isDigest) ? asked : registered
  if (!named.some(isDigest)) {
    const fields = fieldsText(body)
    return fields === undefined ? undefined : urlForms(publicUrl).map((form) => form + fields)
  }
  const digest = `${prefix}${sha256(body)}`
  if (named.filter(isDigest).join() !== digest) return []
  const others = registered.filter((part) => !isDigest(part))
  const isSameQuery = named.filter((part) => !isDigest(part)).join('&') === others.join('&')
  // The digest comes last, but the query as it came says where it was signed.
  const queries = [[...others, digest], ...(isSameQuery ? [named] : [])]
  return queries.flatMap((parts) => urlForms(withQuery(publicUrl, parts)))
}

/** Names in the order of their code units, each with its distinct values sorted. */
function fieldsText(body: Uint8Array): string | undefined {
  const text = decodeUtf8(body)
  const fields = text === undefined ? undefined : readForm(text)
  if (!fields?.every(([name]) => fieldName.test(name))) return undefined
  const groups = groupFields(fields)
  return [...groups.keys()]
    .sort()
    .flatMap((name) => [...new Set(groups.get(name))].sort().map((value) => name + value))
    .join('')
}

/** Signers differ in whether they write a default port and which characters they escape. */
function urlForms(url: string): string[] {
  const normal = URL.canParse(url) ? portForms(new URL(url).href) : []
  return [...new Set([...portForms(url), ...normal, ...normal.map(withEscapedQuery)])]
}

const urlParts = /^([a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?)(\[[^\]]*\]|[^/?#:]*)(:\d*)?(.*)$/is

function portForms(url: string): string[] {
  const [, scheme = '', host = '', port, rest = ''] = urlParts.exec(url) ?? []
  if (host === '') return [url]
  const defaultPort = scheme.toLowerCase().startsWith('https:') ? ':443' : ':80'
  return [scheme + host + rest, scheme + host + (port ?? defaultPort) + rest]
}

function withEscapedQuery(url: string): string {
  const [base = '', ...query] = url.split('?')
  return query.length === 0 ? url : `${base}?${writeQuery(parseQuery(query.join('?')))}`
}

function withoutFragment(url: string): string {
  return url.split('#', 1)[0] ?? ''
}

function queryParts(url: string): string[] {
  const query = withoutFragment(url).split('?').slice(1).join('?')
  return query === '' ? [] : query.split('&')
}

function withQuery(url: string, parts: readonly string[]): string {
  return `${url.split('?', 1)[0]}?${parts.join('&')}`
}

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}

function sign(declared: FormMac, body: Uint8Array, options: SchemeSignOptions): Signed {
  const key = secretKey(options.secret, shape)
  if (key === undefined) throw new TypeError('The secret to sign with is empty.')
  const publicUrl = withoutFragment(options.settings?.publicUrl ?? '')
  const fields = fieldsText(body)
  const digest = `${declared.bodyDigestParameter}=${sha256(body)}`
  const url =
    fields === undefined ? withQuery(publicUrl, [...queryParts(publicUrl), digest]) : publicUrl
  const signature = hmac(declared.digest, key, [url + (fields ?? '')]).toString(declared.encoding)
  return { headers: [[declared.header, signature]], url }
}
