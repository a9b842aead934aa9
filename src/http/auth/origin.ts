/**
 * Whether a browser says that a request comes from the server's own pages. Scripts can set neither
 * of the two headers, so what they say is the browser's word.
 */
import { HooklineError } from '../../base/errors.ts'

/** @throws HooklineError `origin_refused`. */
export function requireSameOrigin(request: Request): void {
  if (isSameOrigin(request)) return
  throw new HooklineError(
    'origin_refused',
    'The request came with a session, but not from a page of this server. Another site likely ' +
      'made it, or a proxy changes the name of the host. Use the page under this address, or ' +
      'an admin key.',
  )
}

/** For requests that carry no session yet: a program sends neither header and is no danger. */
export function requireNoOtherOrigin(request: Request): void {
  const { headers } = request
  if (headers.has('origin') || headers.has('sec-fetch-site')) requireSameOrigin(request)
}

/**
 * `Sec-Fetch-Site` comes first: behind a proxy that ends TLS, the address that the browser sees and
 * the one that this server sees differ, and the browser knows better.
 */
export function isSameOrigin({ headers, url }: Request): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  return headers.get('origin') === new URL(url).origin
}
