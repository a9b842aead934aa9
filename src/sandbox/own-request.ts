/**
 * Who may use the routes under `/_sandbox/`: programs on this machine and our own pages. A web page
 * from elsewhere that is open in the developer's browser may not send signed events through them.
 */
import { HooklineError } from '../base/errors.ts'
import { isLoopbackHost } from './loopback.ts'

/**
 * Throws where the request came from another site, or under a name that is not ours (DNS
 * rebinding).
 */
export function requireOwnRequest(request: Request, publicUrl: string): void {
  const own = new URL(publicUrl)
  const origin = request.headers.get('origin')
  if (origin !== null && origin !== own.origin) throw refused(`The page is from ${clean(origin)}.`)
  const { hostname } = requestUrl(request)
  if (isLoopbackHost(hostname) || hostname === own.hostname) return
  throw refused(`The request is for ${clean(hostname)}.`)
}

/** The URL with the host that the caller named, which decides whose API is meant. */
export function requestUrl(request: Request): URL {
  const url = new URL(request.url)
  const host = request.headers.get('host')
  return host !== null && URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : url
}

function refused(why: string): HooklineError {
  return new HooklineError(
    'origin_refused',
    `The sandbox's own routes answer this machine only. ${why} ` +
      'Call them from a program, at 127.0.0.1.',
  )
}

function clean(text: string): string {
  return text.slice(0, 100)
}
