/**
 * What a request may have looked like before something on its way changed it: the body as other
 * programs write the same JSON, and the URL as others may have registered it. Pure, and short
 * lists.
 */
import { decodeUtf8 } from '../base/bytes.ts'
import { parseJson } from '../base/json.ts'
import type { WebhookRequest } from '../providers/provider.ts'

export interface BodyVariant {
  readonly body: Uint8Array
  /** What was done to it on its way: `its JSON was parsed and written anew`. */
  readonly change: string
}

export interface UrlVariant {
  readonly url: string
  /** How it differs from the one that is set: `with http: in place of https:`. */
  readonly difference: string
}

const rewritten = 'its JSON was parsed and written anew'

/** At most eight, none of them equal to the body or to one another. */
export function bodyVariants(body: Uint8Array): BodyVariant[] {
  const text = decodeUtf8(body)
  if (text === undefined) return []
  const texts: [string, string][] = [
    ...jsonVariants(text).map((variant): [string, string] => [variant, rewritten]),
    [`${text}\n`, 'the line end after it was removed'],
    [text.replace(/\r?\n$/, ''), 'a line end was added after it'],
    [text.replaceAll('\r\n', '\n'), 'its line ends were changed'],
    [text.replace(/\r?\n/g, '\r\n'), 'its line ends were changed'],
  ]
  const seen = new Set([text])
  return texts.flatMap(([variant, change]) => {
    if (seen.has(variant)) return []
    seen.add(variant)
    return [{ body: Buffer.from(variant), change }]
  })
}

/** The same JSON as the usual programs of senders write it. */
function jsonVariants(text: string): string[] {
  const value = parseJson(text)
  if (value === undefined || value === null || typeof value !== 'object') return []
  const compact = JSON.stringify(value)
  const ascii = escapeBeyondAscii(compact)
  // As PHP writes it, then as Python does, then indented.
  return [compact, ascii.replaceAll('/', '\\/'), spaced(ascii), JSON.stringify(value, null, 2)]
}

function escapeBeyondAscii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** A space after each comma and colon outside of strings. */
function spaced(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|[,:]/g, (found) =>
    found.startsWith('"') ? found : `${found} `,
  )
}

/** At most seven. @param publicUrl the URL that is set. */
export function urlVariants(publicUrl: string, request: WebhookRequest): UrlVariant[] {
  const urls: [string, string][] = []
  const isSecure = publicUrl.startsWith('https:')
  const other = publicUrl.replace(/^https?:/, isSecure ? 'http:' : 'https:')
  urls.push([other, isSecure ? 'with http: in place of https:' : 'with https: in place of http:'])
  urls.push([slashToggled(publicUrl), 'but for the slash at the end of the path'])
  const withPort = `$1${isSecure ? ':443' : ':80'}`
  urls.push([publicUrl.replace(/^(https?:\/\/[^/:?#]+)(?=[/?#]|$)/, withPort), 'with the port'])
  urls.push([publicUrl.replace(/^(https?:\/\/[^/:?#]+):\d+/, '$1'), 'without the port'])
  const asked = parseUrl(request.url)
  const set = parseUrl(publicUrl)
  if (asked && set) {
    const { pathname, search } = asked
    urls.push([`${set.origin}${pathname}${search}`, 'with the path and query of the request'])
    urls.push([`https://${asked.host}${pathname}${search}`, 'with the host of the request'])
    urls.push([
      `http://${asked.host}${pathname}${search}`,
      'with the host of the request, by http:',
    ])
  }
  const seen = new Set([publicUrl])
  return urls.flatMap(([url, difference]) => {
    if (seen.has(url)) return []
    seen.add(url)
    return [{ url, difference }]
  })
}

function slashToggled(url: string): string {
  return url.replace(/^([^?#]*?)(\/?)([?#].*)?$/, (_, path: string, slash: string, rest = '') =>
    slash === '' ? `${path}/${rest}` : `${path}${rest}`,
  )
}

function parseUrl(url: string): URL | undefined {
  return URL.parse(url) ?? undefined
}
