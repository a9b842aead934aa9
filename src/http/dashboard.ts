/**
 * `/` and `/hookline/*`: the dashboard's built files, for an admin who is signed in. Its paths are
 * the page's own, so each of them is answered with the one page. Nothing may run on it, style it or
 * be loaded by it that this server did not send as a file.
 */
import { authenticate } from './auth.ts'
import { type Asset, dashboardFiles } from './dashboard-files.ts'
import { html, htmlPage } from './page.ts'
import { problem } from './problem.ts'
import type { Served } from './served.ts'

const prefix = '/hookline/'

/** Files that a build names after their content, so that they never change under one name. */
const assetsPrefix = `${prefix}assets/`

const policy = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self'`,
  `connect-src 'self'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
  `base-uri 'none'`,
  // No text becomes markup or script, whatever way it would take.
  `require-trusted-types-for 'script'`,
  `trusted-types 'none'`,
].join('; ')

const guards = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/** Undefined for every path that is not the dashboard's. */
export async function serveDashboard(
  served: Served,
  request: Request,
  pathname: string,
): Promise<Response | undefined> {
  const isPage = pathname === '/' || pathname === '/hookline'
  if (!isPage && !pathname.startsWith(prefix)) return undefined
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return problem('method_not_allowed', 'The dashboard is read with GET.', {
      headers: { allow: 'GET, HEAD' },
    })
  }
  if (!(await authenticate(served, request))) return signIn(pathname)
  const files = dashboardFiles()
  const file = files.get(pathname.slice(prefix.length))
  if (file && pathname !== '/') return answer(file, request, cacheOf(pathname))
  if (pathname.startsWith(assetsPrefix)) {
    return problem('not_found', 'The dashboard has no such file. Load its page again.')
  }
  const page = files.get('index.html')
  return page ? answer(page, request, 'no-store') : notBuilt()
}

/** A page leads to the form; a file that was asked for without a session is just not there. */
function signIn(pathname: string): Response {
  if (pathname.startsWith(assetsPrefix)) {
    return problem('admin_required', 'The session is over. Sign in at /sign-in.')
  }
  return new Response(null, {
    status: 303,
    headers: { location: '/sign-in', 'cache-control': 'no-store' },
  })
}

function cacheOf(pathname: string): string {
  if (pathname.endsWith('.html')) return 'no-store'
  return pathname.startsWith(assetsPrefix)
    ? 'private, max-age=31536000, immutable'
    : 'private, max-age=3600'
}

function answer({ type, bytes, gzipped }: Asset, request: Request, cache: string): Response {
  const takesGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  const headers = { ...guards, 'content-type': type, 'cache-control': cache, vary: 'cookie' }
  if (!takesGzip) return new Response(bytes, { headers })
  return new Response(gzipped, { headers: { ...headers, 'content-encoding': 'gzip' } })
}

/** In a clone whose build was left out: what to do, and that everything else works. */
function notBuilt(): Response {
  return htmlPage(
    'Hookline',
    html`<h1>Hookline is running</h1>
      <p>The dashboard is not built yet. In a clone of the repository run
      <code>npm run build</code> and load this page again.</p>
      <p>Everything in it is also in <a href="/api/v1/openapi.json">the API</a>.</p>
      <form method="post" action="/sign-out"><button>Sign out</button></form>`,
  )
}
