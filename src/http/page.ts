/** The few pages that the server writes itself. Every value is shown as text, never as HTML. */
import { createHash } from 'node:crypto'

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

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 3rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; font-size: .85rem; display: block; overflow-x:
    auto; }
  th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #8884;
    white-space: nowrap; }
  input, button { font: inherit; padding: .5rem .8rem; border-radius: .4rem; border: 1px solid
    #8886; }
  button { cursor: pointer; } code { font-size: .9em; } form { margin-top: 1.5rem; }
`

/** The policy names the one style sheet by its hash, so that no other style is taken either. */
const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`

/** No script runs on it, nothing is loaded, and no other page may frame it. */
export function htmlPage(title: string, body: Html, status = 200): Response {
  const page = html`<!doctype html><html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
    <style>${{ html: style }}</style></head><body>${body}</body></html>`
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
