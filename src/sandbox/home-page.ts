/** The page at `/`: what this server is, for somebody who opened its address. */
import { html } from 'hono/html'
import { pageResponse } from './page.ts'

export interface HomeOptions {
  readonly publicUrl: string
  /** Where events are sent; addresses only, never a secret. */
  readonly endpointUrls: readonly string[]
}

export function homePage({ publicUrl, endpointUrls }: HomeOptions): Promise<Response> {
  const { hostname, port } = new URL(publicUrl)
  const options = `{ host: '${hostname}', port: ${port || '80'}, protocol: 'http' }`
  const body = html`<main class="single">
<h1>Pretend companies, on this machine</h1>
<p>This is Hookline's sandbox. It answers as Stripe's API would and sends signed events as Stripe
would. Nothing leaves this machine, and all of it is forgotten when the sandbox stops.</p>
<div class="card">
<dl>
<div><dt>The official SDK</dt>
<dd><code>new Stripe('sk_test_…', ${options})</code></dd></div>
<div><dt>The official command line</dt>
<dd><code>stripe customers list --api-base ${publicUrl}</code></dd></div>
<div><dt>A signed event, now</dt>
<dd><code>hookline trigger stripe payment_intent.succeeded</code></dd></div>
<div><dt>Events are sent to</dt>
${
  endpointUrls.length > 0
    ? endpointUrls.map((url) => html`<dd><code>${url}</code></dd>`)
    : html`<dd class="quiet">Nowhere yet: no endpoint is registered.</dd>`
}</div>
<div><dt>What was delivered</dt>
<dd><a href="/_sandbox/log">/_sandbox/log</a></dd></div>
</dl>
</div>
</main>`
  return pageResponse({ title: 'Hookline sandbox', body })
}
