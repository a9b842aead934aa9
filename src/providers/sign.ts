/**
 * What a provider would send: its scheme's signature, and the headers that carry the event's own
 * fields.
 */
import { randomUUID } from 'node:crypto'
import { formatTime } from '../signing/timestamp.ts'
import type { Field } from './declaration.ts'
import { findIn, placesOf, textField } from './fields.ts'
import type { ProviderSettings, SignOptions, WebhookRequest } from './request.ts'
import { Reading } from './schemes/reading.ts'
import type { Scheme } from './schemes/scheme.ts'
import { selectScheme, type Verifier } from './verify.ts'

interface SignedRequest extends WebhookRequest {
  readonly headers: [name: string, value: string][]
}

export function signRequest(
  verifier: Verifier,
  body: Uint8Array,
  options: SignOptions,
): SignedRequest {
  const { name, event } = verifier.declaration
  const id = options.id ?? randomUUID()
  const signed = schemeOf(verifier, options.settings).sign(body, { ...options, id })
  const { occurredAt } = event
  const named: [string, string | undefined][] = [
    [headerOf(event.id), id],
    [headerOf(event.type), options.type && headerPart(verifier, body, options.type)],
    [headerOf(occurredAt?.at), occurredAt && formatTime(options.now, occurredAt.unit)],
  ]
  return {
    method: 'POST',
    url: signed.url ?? options.settings?.publicUrl ?? `http://localhost/webhooks/${name}`,
    headers: [...signed.headers, ...named.filter(isSent).filter(isNewIn(signed.headers))],
    body: signed.body ?? body,
  }
}

/** The scheme that these settings select. */
export function schemeOf(verifier: Verifier, settings: ProviderSettings | undefined): Scheme {
  const selected = selectScheme(verifier, settings?.scheme)
  if (selected) return selected.scheme
  const { name } = verifier.declaration
  const known = [...verifier.schemes.keys()].join(' or ')
  throw new TypeError(`${name} has no scheme '${settings?.scheme}'. settings.scheme is ${known}.`)
}

/** The header that carries a field, or nothing where it is in the body or already signed. */
function headerOf(field: Field | undefined): string {
  const place = placesOf(field).find((candidate) => candidate.startsWith('header:'))
  return place?.slice('header:'.length) ?? ''
}

/**
 * Of a type that joins a header with the body, only the header's part: the rest is in the body
 * already.
 */
function headerPart({ declaration, parse }: Verifier, body: Uint8Array, type: string): string {
  const field = declaration.event.type
  if (typeof field !== 'object' || !('join' in field)) return type
  const reading = new Reading({ method: 'POST', url: '', headers: [], body }, new Map(), parse)
  const find = findIn(reading, { ok: true, secretIndex: 0 })
  const rest = field.join.slice(1).map((one) => `.${textField(one, find)}`)
  return type.endsWith(rest.join('')) ? type.slice(0, type.length - rest.join('').length) : type
}

/** A field may stand in a header that the signature covers, and so is there already. */
function isNewIn(headers: readonly [name: string, value: string][]) {
  return ([name]: [string, string]) =>
    headers.every(([known]) => known.toLowerCase() !== name.toLowerCase())
}

function isSent(header: [string, string | undefined]): header is [string, string] {
  return header[0] !== '' && header[1] !== undefined
}
