/**
 * Whether a browser says that a request comes from the server's own pages. Scripts can set neither
 * of the two headers, so what they say is the browser's word.
 */
import { HooklineError } from '../../base/errors.ts'

/** @throws HooklineError `origin_refused`. */
export function requireSameOrigin(request: Request, publicUrl?: string): void {
  if (isSameOrigin(request, publicUrl)) return
  throw new HooklineError(
    'origin_refused',
    'The request came with a session, but not from a page of this server. Another site likely ' +
      'made it, or a proxy changes the name of the host. Use the page under this address, set ' +
      'HOOKLINE_PUBLIC_URL to the one in the browser, or use an admin key.',
  )
}

/** For requests that carry no session yet: a program sends neither header and is no danger. */
export function requireNoOtherOrigin(request: Request, publicUrl?: string): void {
  const { headers } = request
  if (headers.has('origin') || headers.has('sec-fetch-site')) requireSameOrigin(request, publicUrl)
}

/**
 * `Sec-Fetch-Site` comes first: behind a proxy that ends TLS, the address that the browser sees and
 * the one that this server sees differ, and the browser knows better. A browser that does not send
 * it, as over plain http, is asked by the public address as well.
 */
export function isSameOrigin({ headers, url }: Request, publicUrl?: string): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  const origin = headers.get('origin')
  return origin === new URL(url).origin || (origin !== null && origin === originOf(publicUrl))
}

function originOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined
}
