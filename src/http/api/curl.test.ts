import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CurlView } from '../../client/wire.ts'
import { stripe } from '../../providers/index.ts'
import { call } from '../testing/admin-call.ts'
import { startedAt, startServed, stripeSecret, type TestServed } from '../testing/served.ts'
import { openSocket, type Way } from '../testing/ways.ts'

describe('a command that sends an event again', () => {
  let served: TestServed
  let way: Way
  beforeEach(async () => {
    served = await startServed()
    way = await openSocket(served)
  })
  afterEach(async () => {
    await way.close()
    await served.close()
  })

  async function send(body: Buffer): Promise<string> {
    const now = Math.floor(startedAt / 1_000)
    const headers = stripe.sign(body, { secret: stripeSecret, now })
    const response = await way.fetch('/webhooks/stripe', {
      method: 'POST',
      headers: [...headers, ['x-note', "it's $HOME `id`"]],
      body: Uint8Array.from(body),
    })
    expect(response.status).toBe(200)
    return ((await response.json()) as { id: string }).id // that is what the answer has
  }

  const shown = async (id: string) => (await call(way, `/events/${id}/curl`)).body as CurlView
  const run = async (command: string) =>
    JSON.parse((await promisify(execFile)('sh', ['-c', `${command} -s`])).stdout)

  test.each([
    ['plain JSON', '{"id":"evt_1","type":"a.b","livemode":false}'],
    ['quotes and a shell', `{"id":"evt_2","type":"a.b","livemode":false,"x":"'; $(id) \`id\`"}`],
    ['characters of all kinds', '{"id":"evt_3","type":"a.b","livemode":false,"x":"é→😀"}\r\n\t'],
    [
      'more than a line',
      `{"id":"evt_4","type":"a.b","livemode":false,"x":"${'y'.repeat(50_000)}"}`,
    ],
  ])('works when it is pasted, long after the first signature: %s', async (_, text) => {
    const id = await send(Buffer.from(text))
    served.pass(24 * 3_600_000)
    const { curl, expiresAt, note } = await shown(id)
    expect(await run(curl)).toEqual({ received: true, id, duplicate: true })
    expect([expiresAt, note]).toEqual(['2026-02-01T12:05:00.000Z', null])
    const [entry] = await served.storage.auditEntries({}, { limit: 1 })
    expect(entry).toMatchObject({ action: 'event.sign', subject: id })
    expect(curl).not.toContain(stripeSecret)
    expect(curl).not.toContain(stripeSecret.slice(6))
  })

  test('is no longer taken once its signature is old', async () => {
    const id = await send(Buffer.from('{"id":"evt_1","type":"a.b","livemode":false}'))
    const { curl } = await shown(id)
    served.pass(3_600_000)
    expect(await run(curl)).toMatchObject({ code: 'webhook_refused' })
  })

  test('of a source without a secret says that nothing can sign it', async () => {
    const [accepted] = await served.storage.acceptEvents([
      {
        ...{ source: 'github', dedupeKey: 'k', type: 'issues', mode: 'test', receivedAt: 0 },
        ...{ occurredAt: null, headers: [['x-github-event', 'issues']], deliveries: [] },
        body: Buffer.from('{}'),
      },
    ])
    const { curl, expiresAt, note } = await shown(accepted?.id ?? '')
    expect(curl).toContain("-H 'x-github-event: issues'")
    expect([expiresAt, note]).toEqual([null, expect.stringContaining('Nothing here can sign')])
  })
})
