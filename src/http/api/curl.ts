/** `/events/{id}/curl`: a command that sends the event again, signed anew. */
import { createRoute, z } from '@hono/zod-openapi'
import { toTimestamp } from '../../base/clock.ts'
import type * as wire from '../../client/wire.ts'
import { type CurlCommand, curlOf, signatureGoodMs } from '../../inbox/curl.ts'
import type { Source } from '../../inbox/sources.ts'
import { audit } from '../audit.ts'
import type { Served } from '../served.ts'
import { found, idParameter, timestamp } from './fields.ts'
import { type ApiRouter, json, problemAnswer, refusals, strict } from './router.ts'

const curlView = z
  .object({
    curl: z.string(),
    expiresAt: timestamp
      .nullable()
      .openapi({ description: 'When its signature is too old; null where it has none.' }),
    note: z
      .string()
      .nullable()
      .openapi({ description: 'What is to be done before it works; null where nothing is.' }),
  })
  .openapi('Curl') satisfies z.ZodType<wire.CurlView>

const read = createRoute({
  method: 'get',
  path: '/events/{id}/curl',
  tags: ['Events'],
  summary: 'A signed command that sends the event again; it holds no secret',
  request: { params: idParameter, query: strict({}) },
  responses: {
    200: json(curlView, 'The command.'),
    404: problemAnswer('No event has this id.'),
    ...refusals,
  },
})

export function addCurl(router: ApiRouter, { storage, inbox, clock }: Served): void {
  router.openapi(read, async (context) => {
    const event = await found(context.req.valid('param').id, (id) => storage.event(id))
    const source = inbox.sources.get(event.source)
    const now = clock.now()
    const made = curlOf(source, event, { url: urlOf(context.req.url, event.source, source), now })
    if (made.isSigned) {
      await audit(storage, context.env.actor, { action: 'event.sign', subject: event.id })
    }
    const expiresAt = made.isSigned ? toTimestamp(now + signatureGoodMs) : null
    return context.json({ curl: made.command, expiresAt, note: noteOf(made, source) }, 200)
  })
}

/** A provider that signs the URL signs the one that was registered. */
function urlOf(requestUrl: string, name: string, source: Source | undefined): string {
  const { publicUrl } = source?.settings ?? {}
  if (source?.provider.signsUrl && publicUrl !== undefined) return publicUrl
  return new URL(`/webhooks/${encodeURIComponent(name)}`, requestUrl).href
}

function noteOf({ isSigned, secretVariable }: CurlCommand, source: Source | undefined) {
  if (secretVariable !== null) {
    return `This sender sends the secret itself. Set ${secretVariable} in your shell first.`
  }
  if (isSigned) return null
  return source === undefined
    ? 'The app has no such source any more, so that nothing can sign this. It will be refused.'
    : `Nothing here can sign for ${source.provider.name}: it signs with a key of its own, or no ` +
        'secret is set. It has the headers that came, which may be too old by now.'
}
