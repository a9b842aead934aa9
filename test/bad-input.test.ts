/** Whatever comes in: a clear answer, nothing lost, nothing leaked, and the process goes on. */
import { afterEach, expect, test } from 'vitest'
import {
  onBothSeams,
  type Received,
  type Seam,
  type Sent,
  secret,
  signed,
  stripeEvent,
} from './seams.ts'

const nowSeconds = () => Math.floor(Date.now() / 1000)
let count = 0
const freshId = () => `evt_${Date.now()}_${count++}`

function refused(received: Received, status: number, code: string): void {
  expect(received.status).toBe(status)
  expect(received.headers.get('content-type')).toBe('application/problem+json')
  expect(JSON.parse(received.text)).toMatchObject({ status, code, detail: expect.any(String) })
}

function accepted(received: Received): { id: string; duplicate: boolean } {
  expect(received).toMatchObject({ status: 200 })
  const answer = JSON.parse(received.text)
  expect(answer).toMatchObject({ received: true, id: expect.stringMatching(/^evt_[0-9A-Z]{26}$/) })
  return answer
}

const withHeader = (sent: Sent, name: string, value: string): Sent => ({
  ...sent,
  headers: [...(sent.headers ?? []), [name, value]],
})
const withSignature = (sent: Sent, change: (signature: string) => string): Sent => ({
  ...sent,
  headers: (sent.headers ?? []).map(([name, value]) =>
    name.toLowerCase() === 'stripe-signature' ? [name, change(value)] : [name, value],
  ),
})
const without = (sent: Sent, unwanted: string): Sent => ({
  ...sent,
  headers: (sent.headers ?? []).filter(([name]) => name.toLowerCase() !== unwanted),
})

onBothSeams((seam: Seam) => {
  const eventsStored = async () => {
    const stats = await seam.send({
      method: 'GET',
      path: '/api/v1/stats',
      headers: [['authorization', 'Bearer an-admin-key-for-tests-0123456789']],
    })
    return Number(JSON.parse(stats.text).events)
  }

  afterEach(async () => {
    // Alive, and still taking what is right.
    accepted(await seam.send(signed(stripeEvent(freshId()))))
    const shown = seam.logged.join('\n')
    expect(shown).not.toContain(secret)
  })

  test('a right event is stored, and its repeat is the same event', async () => {
    const sent = signed(stripeEvent(freshId()))
    const first = accepted(await seam.send(sent))
    expect(first.duplicate).toBe(false)
    expect(accepted(await seam.send(sent))).toEqual({ ...first, duplicate: true })
  })

  test('an event of a type that nobody handles is stored and answered 200', async () => {
    accepted(await seam.send(signed(stripeEvent(freshId(), { type: 'never.heard.of' }))))
  })

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD'])(
    '%s is answered 405 with what is allowed',
    async (method) => {
      const received = await seam.send({ method, path: '/webhooks/stripe' })
      expect(received.status).toBe(405)
      expect(received.headers.get('allow')).toBe('POST')
    },
  )

  test('an unknown source is 404 and names the nearest', async () => {
    const received = await seam.send({ ...signed(stripeEvent(freshId())), path: '/webhooks/strpe' })
    refused(received, 404, 'source_unknown')
    expect(received.text).toContain("Did you mean 'stripe'?")
    refused(await seam.send({ path: '/webhooks/__proto__' }), 404, 'source_unknown')
    refused(await seam.send({ path: '/webhooks/%ff%00' }), 404, 'source_unknown')
  })

  const event = stripeEvent('evt_never_stored')
  const forgeries: [name: string, sent: () => Sent][] = [
    ['no signature', () => without(signed(event), 'stripe-signature')],
    ['an empty signature', () => withSignature(signed(event), () => '')],
    ['a signature that is none', () => withSignature(signed(event), () => 'hello')],
    ['a cut-off signature', () => withSignature(signed(event), (text) => text.slice(0, -1))],
    [
      'an upper-case signature',
      () => withSignature(signed(event), (text) => text.replace(/v1=.*/, (v) => v.toUpperCase())),
    ],
    ['a scheme of old', () => withSignature(signed(event), (text) => text.replace('v1=', 'v0='))],
    [
      'a time that is no number',
      () => withSignature(signed(event), (text) => text.replace(/t=\d+/, 't=NaN')),
    ],
    [
      'a time with a tail',
      () => withSignature(signed(event), (text) => text.replace(/t=(\d+)/, 't=$1abc')),
    ],
    ['a stale signature', () => signed(event, { at: nowSeconds() - 301 })],
    ['a signature from the future', () => signed(event, { at: nowSeconds() + 400 })],
    [
      'a signature by another secret',
      () => signed(event, { secret: 'whsec_another_0123456789abcdefghij' }),
    ],
    ['one changed byte', () => ({ ...signed(event), body: `${event.slice(0, -1)} }` })],
    ['re-serialised JSON', () => ({ ...signed(`${event} `), body: event })],
    [
      'the signature header twice, one of them wrong',
      () => withHeader(signed(event), 'Stripe-Signature', 't=1,v1=00'),
    ],
    [
      'an event of the live mode',
      () => signed(stripeEvent('evt_never_stored', { livemode: true })),
    ],
    ['an empty body', () => ({ ...signed(event), body: '' })],
  ]
  test.each(forgeries)('%s is refused with the same words as every other', async (_, make) => {
    const before = await eventsStored()
    const received = await seam.send(make())
    refused(received, 400, 'webhook_refused')
    expect(JSON.parse(received.text).detail).toBe(
      'The request could not be verified. Nothing was stored.',
    )
    expect(received.text).not.toContain(secret)
    expect(await eventsStored()).toBe(before)
  })

  test('the operator reads why an event of the other mode was refused', async () => {
    await seam.send(signed(stripeEvent('evt_live', { livemode: true })))
    expect(seam.logged.at(-1)).toContain("'stripe' takes test events only")
  })

  test('the same signature header twice is not taken for one that is right', async () => {
    const sent = signed(stripeEvent(freshId()))
    const signature = sent.headers?.find(([name]) => name.toLowerCase() === 'stripe-signature')?.[1]
    const received = await seam.send(withHeader(sent, 'Stripe-Signature', signature ?? ''))
    refused(received, 400, 'webhook_refused')
  })

  test('signed bytes are stored as they are, empty or not UTF-8', async () => {
    accepted(await seam.send(signed('')))
    const bytes = Uint8Array.from([0x7b, 0xff, 0xfe, 0x00, 0x7d])
    const { id } = accepted(await seam.send(signed(bytes)))
    const stored = await seam.send({
      method: 'GET',
      path: `/api/v1/events/${id}`,
      headers: [['authorization', 'Bearer an-admin-key-for-tests-0123456789']],
    })
    const detail = JSON.parse(stored.text)
    expect(detail).toMatchObject({
      type: 'unknown',
      bodyBase64: Buffer.from(bytes).toString('base64'),
    })
  })

  test('a body over the limit is 413, with its length told or not', async () => {
    const large = Buffer.alloc(1_048_577, 0x20)
    refused(await seam.send(signed(large)), 413, 'body_too_large')
    const chunked = { ...signed(large), headers: [['transfer-encoding', 'chunked']] as const }
    const received =
      seam.name === 'socket' ? await seam.send(chunked) : await seam.send(signed(large))
    refused(received, 413, 'body_too_large')
    accepted(await seam.send(signed(Buffer.alloc(1_048_576, 0x20))))
  })

  test('a compressed body is 415', async () => {
    const received = await seam.send(withHeader(signed(event), 'content-encoding', 'gzip'))
    refused(received, 415, 'content_encoding_unsupported')
  })

  test('JSON nested 5,000 deep and keys named __proto__ are stored byte for byte', async () => {
    const nested = '['.repeat(5_000) + ']'.repeat(5_000)
    const deep = `{"id":"${freshId()}","livemode":false,"data":${nested}}`
    const { id } = accepted(await seam.send(signed(deep)))
    const detail = await seam.send({
      method: 'GET',
      path: `/api/v1/events/${id}`,
      headers: [['authorization', 'Bearer an-admin-key-for-tests-0123456789']],
    })
    expect(JSON.parse(detail.text).body).toBe(deep)
    const polluted = `{"id":"${freshId()}","__proto__":{"polluted":1},"livemode":false}`
    accepted(await seam.send(signed(polluted)))
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})
