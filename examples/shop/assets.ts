/** The files of the shop's page. Nothing else is served, whatever a request asks for. */
import { readFile } from 'node:fs/promises'

const folder = new URL('./public/', import.meta.url)

const script = 'text/javascript; charset=utf-8'
const style = 'text/css; charset=utf-8'
const contentTypes: ReadonlyMap<string, string> = new Map([
  ['page.css', style],
  ['steps.css', style],
  ['page.js', script],
  ['draw.js', script],
  ['sentences.js', script],
  ['server.js', script],
  ['steps.js', script],
  ['times.js', script],
  ['icon.svg', 'image/svg+xml'],
])

/** The page's own files and its own server, and nothing that stands inside the page. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export async function pageResponse(): Promise<Response> {
  return new Response(await readFile(new URL('page.html', folder)), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    },
  })
}

export async function assetResponse(name: string): Promise<Response | undefined> {
  const contentType = contentTypes.get(name)
  if (!contentType) return undefined
  return new Response(await readFile(new URL(name, folder)), {
    headers: {
      'content-type': contentType,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    },
  })
}
