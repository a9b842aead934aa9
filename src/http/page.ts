/** The few pages that the server writes itself. Every value is shown as text, never as HTML. */
import { createHash } from 'node:crypto'
import { pageStyle } from './page-style.ts'

/** Text that is HTML already: made by the `html` tag only. */
export interface Html {
  readonly html: string
}

export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { html: strings.reduce((text, part, i) => text + toHtml(values[i - 1]) + part) }
}

type HtmlValue = string | number | Html | readonly Html[]

function toHtml(value: HtmlValue | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'object') {
    return 'html' in value ? value.html : value.map((one) => one.html).join('')
  }
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** The mark of dashboard/public/icon.svg, in the page itself: nothing is loaded by it. */
const logo = html`<svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true"><rect
  width="32" height="32" rx="8" fill="#4f46e5"/><path d="M6 16h8" stroke="#fff" stroke-width="3"
  stroke-linecap="round"/><circle cx="16.5" cy="16" r="3.5" fill="#fff"/><path
  d="M19 16h1.5a5 5 0 0 1 5 5v0a4 4 0 0 1-8 0" fill="none" stroke="#fff" stroke-width="3"
  stroke-linecap="round"/></svg>`

/** The policy names the one style sheet by its hash, so that no other style is taken either. */
const styleHash = `'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`

/** No script runs on it, nothing is loaded, and no other page may frame it. */
export function htmlPage(title: string, body: Html, status = 200): Response {
  const page = html`<!doctype html><html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
    <style>${{ html: pageStyle }}</style></head><body>
    <header>${logo} Hookline</header><main>${body}</main></body></html>`
  return new Response(page.html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'content-security-policy':
        `default-src 'none'; style-src ${styleHash}; form-action ` +
        `'self'; frame-ancestors 'none'; base-uri 'none'`,
    },
  })
}
