import { providers } from 'hookline/providers'
import { expect, test } from 'vitest'
import { prepareRequests, secret } from './prepared-requests.ts'

test('each prepared request is signed over its own bytes and has an id of its own', async () => {
  const now = Math.floor(Date.now() / 1000)
  const requests = prepareRequests({ count: 200, signedAt: now, seed: 7 })
  const buffer = requests.buffer()
  const ids = new Set<string>()
  for (let index = 0; index < requests.count; index++) {
    requests.write(buffer, index)
    const [head = '', text = ''] = buffer.toString().split('\r\n\r\n')
    const signature = /stripe-signature: (.*)/i.exec(head)?.[1] ?? ''
    const body = Buffer.from(text)
    expect(requests.parts(index)).toEqual({ signature, body })
    const outcome = await providers.stripe.verify(
      { method: 'POST', url: '', headers: [['Stripe-Signature', signature]], body },
      { secrets: [secret], now },
    )
    if (!outcome.ok) throw new Error(`Request ${index} is refused: ${outcome.reason}`)
    expect(outcome.dedupeKey).toBe(requests.eventId(index))
    ids.add(requests.eventId(index))
  }
  expect(ids.size).toBe(200)
  expect(Math.abs(requests.bodyBytes - 2_500)).toBeLessThan(100)
})
