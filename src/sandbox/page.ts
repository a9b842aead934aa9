/**
 * The frame of every page that the sandbox shows. Nothing on a page comes from another host and no
 * script runs; values are escaped by `html`, so what came through the API is shown as text.
 */
import { html } from 'hono/html'

export type Html = ReturnType<typeof html>

export interface PageOptions {
  readonly title: string
  readonly body: Html
  readonly status?: number
  /** Origins, beside our own, that a form on the page may end up at after a redirect. */
  readonly formOrigins?: readonly string[]
}

export const stylesheetPath = '/_sandbox/style.css'

export async function pageResponse({
  title,
  body,
  status = 200,
  formOrigins = [],
}: PageOptions): Promise<Response> {
  const text = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${stylesheetPath}">
</head>
<body>
<p class="banner"><strong>SANDBOX</strong>, no money moves</p>
${body}
</body>
</html>
`
  return new Response(String(text), { status, headers: pageHeaders(formOrigins) })
}

function pageHeaders(formOrigins: readonly string[]): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    // Browsers hold the redirect that follows a form to this list as well.
    `form-action ${["'self'", ...formOrigins].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': policy.join('; '),
    'Content-Type': 'text/html; charset=utf-8',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  }
}
