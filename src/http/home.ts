/** `/`: what is here, for an admin who is signed in. Everyone else is sent to sign in. */
import { toTimestamp } from '../base/clock.ts'
import { authenticate } from './auth.ts'
import { type Html, html, htmlPage } from './page.ts'
import { problem } from './problem.ts'
import type { Served } from './served.ts'

const eventsShown = 20

export async function serveHome(served: Served, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return problem('method_not_allowed', 'This page is read with GET.', {
      headers: { allow: 'GET, HEAD' },
    })
  }
  if (!(await authenticate(served, request))) {
    return new Response(null, { status: 303, headers: { location: '/sign-in' } })
  }
  const { data } = await served.storage.events({}, { limit: eventsShown })
  const events = data.map(
    (event) => html`<tr>
      <td><a href="/api/v1/events/${event.id}">${event.id}</a></td>
      <td>${event.source}</td><td>${event.type}</td><td>${event.status}</td>
      <td>${toTimestamp(event.receivedAt)}</td></tr>`,
  )
  return htmlPage(
    'Hookline',
    html`<h1>Hookline is running</h1>
      <p>Webhooks arrive at</p><ul>${sourcesList(served)}</ul>
      <p>Everything here is also in <a href="/api/v1/openapi.json">the API</a>.</p>
      ${
        events.length > 0
          ? html`<h2>Latest events</h2><table>
              <tr><th>id</th><th>source</th><th>type</th><th>status</th><th>received</th></tr>
              ${events}</table>`
          : html`<p>No event has arrived yet. Send one: <code>hookline trigger stripe
            payment_intent.succeeded</code></p>`
      }
      <form method="post" action="/sign-out"><button>Sign out</button></form>`,
  )
}

function sourcesList({ inbox }: Served): Html[] {
  return [...inbox.sources.keys()].map((name) => html`<li><code>/webhooks/${name}</code></li>`)
}
