import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stripe } from '../providers/index.ts'
import { diagnosesPerMinuteMax } from './diagnose.ts'
import { flushRejections } from './rejections.ts'
import { now, openInbox, type TestInbox } from './testing/inbox.ts'

const secret = 'whsec_the_secret_of_the_source_itself'
const otherSecret = 'whsec_the_secret_of_another_source'
const body = Buffer.from('{"id":"evt_1","type":"a.b","livemode":false}')

let inbox: TestInbox

beforeEach(async () => {
  inbox = await openInbox({
    stripe: stripe({ secrets: secret }),
    connect: stripe({ secrets: otherSecret }),
  })
})

afterEach(() => inbox.close())

const signed = (key: string, at = now) => stripe.request(body, { secret: key, now: at })

/** Waits until so many refusals were logged, a bounded number of turns. */
async function logged(count: number): Promise<void> {
  for (let turn = 0; turn < 1_000 && inbox.lines.length < count; turn++) await nextTurn()
  expect(inbox.lines).toHaveLength(count)
}

describe('a refused request', () => {
  test('is explained to the operator, in the log and in the list, without a secret', async () => {
    await inbox.post('stripe', signed(otherSecret))
    await logged(1)
    const [rejection] = inbox.rejections.waiting
    expect(rejection?.detail).toContain("signed with the secret of 'connect'")
    expect(inbox.lines).toEqual([
      {
        message: 'refused a webhook',
        fields: { source: 'stripe', reason: 'signature_mismatch', detail: rejection?.detail },
      },
    ])
    const shown = JSON.stringify([inbox.lines, inbox.rejections.waiting])
    for (const one of [secret, otherSecret]) expect(shown).not.toContain(one.slice(6))
  })

  test('is kept with what shows who sent it, and without what may be a secret', async () => {
    const { headers } = signed(otherSecret)
    const sent = {
      headers: [...headers, ['X-Api-Key', 'k'], ['cookie', 'c'], ['x-long', 'x'.repeat(5_000)]],
      body: Buffer.alloc(10_000, 'b'),
    } as const
    await inbox.post('stripe', sent)
    await flushRejections(inbox.rejections)
    const { data } = await inbox.storage.rejections({}, { limit: 5 })
    expect(data).toMatchObject([{ source: 'stripe', method: 'POST', remote: '203.0.113.9' }])
    expect([data[0]?.body.byteLength, data[0]?.bytes]).toEqual([2_048, 10_000])
    const kept = new Map(data[0]?.headers)
    expect([kept.get('X-Api-Key'), kept.get('cookie')]).toEqual(['[withheld]', '[withheld]'])
    expect(kept.get('x-long')).toBe('x'.repeat(200))
    expect([...kept.keys()].map((name) => name.toLowerCase())).toContain('stripe-signature')
  })

  test('is kept by the first of a flood, and the rest is counted and logged alone', async () => {
    for (let i = 0; i < 100; i++) await inbox.post('stripe', signed(otherSecret))
    await inbox.post('connect', signed('whsec_that_nobody_has_here'))
    await flushRejections(inbox.rejections)
    const { data } = await inbox.storage.rejections({}, { limit: 200 })
    expect(data.filter(({ source }) => source === 'stripe')).toHaveLength(30)
    expect(data.filter(({ source }) => source === 'connect')).toHaveLength(1)
    expect(inbox.lines).toHaveLength(101)
    expect(inbox.meter.series.get('rejected')?.get('stripe')?.count).toBe(100)
  })

  test('is not kept where the database is closed, and nothing else comes of that', async () => {
    await inbox.storage.close()
    await inbox.post('stripe', signed(otherSecret))
    await flushRejections(inbox.rejections)
    expect(inbox.lines.at(-1)?.message).toBe('could not keep refused webhooks')
  })

  test('is answered alike whatever is found', async () => {
    const request = signed(secret)
    const answers = [
      await inbox.post('stripe', signed(otherSecret)),
      await inbox.post('stripe', signed('whsec_that_nobody_has_here')),
      await inbox.post('stripe', signed(secret, now - 3_600)),
      await inbox.post('stripe', { ...request, body: Buffer.from(`${body}\n`) }),
      await inbox.post('stripe', { ...request, headers: [] }),
    ]
    for (const answer of answers) expect(answer).toEqual(answers[0])
    await logged(5)
    expect(new Set(inbox.lines.map(({ fields }) => fields.detail)).size).toBe(5)
  })

  test('is reported although looking into it fails', async () => {
    // JSON that is read and can not be written: it nests too deep.
    const deep = Buffer.from('['.repeat(30_000) + ']'.repeat(30_000))
    await inbox.post('stripe', { ...signed(secret), body: deep })
    await logged(1)
    expect(inbox.lines[0]?.fields.detail).toContain("is not made with the secret of 'stripe'")
  })

  test('is not looked into when there are too many, but still logged', async () => {
    const count = diagnosesPerMinuteMax + 3
    for (let i = 0; i < count; i++) await inbox.post('stripe', signed(otherSecret))
    await logged(count)
    const details = inbox.lines.map(({ fields }) => String(fields.detail))
    const found = details.filter((detail) => detail.includes("of 'connect'"))
    expect(found).toHaveLength(diagnosesPerMinuteMax)
  })
})
