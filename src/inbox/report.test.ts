import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stripe } from '../providers/index.ts'
import { diagnosesPerMinuteMax } from './diagnose.ts'
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
    const [rejection] = inbox.rejections.recent
    expect(rejection?.detail).toContain("signed with the secret of 'connect'")
    expect(inbox.lines).toEqual([
      {
        message: 'refused a webhook',
        fields: { source: 'stripe', reason: 'signature_mismatch', detail: rejection?.detail },
      },
    ])
    const shown = JSON.stringify([inbox.lines, inbox.rejections.recent])
    for (const one of [secret, otherSecret]) expect(shown).not.toContain(one.slice(6))
  })

  test('is in the list at once in general words, before anything is looked into', async () => {
    await inbox.post('stripe', signed(otherSecret))
    expect(inbox.rejections.recent[0]?.detail).toContain("is not made with the secret of 'stripe'")
    await logged(1)
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

  test('is not looked into when there are too many, but still listed and logged', async () => {
    const count = diagnosesPerMinuteMax + 3
    for (let i = 0; i < count; i++) await inbox.post('stripe', signed(otherSecret))
    await logged(count)
    const found = inbox.rejections.recent.filter(({ detail }) => detail.includes("of 'connect'"))
    expect(found).toHaveLength(diagnosesPerMinuteMax)
    expect(inbox.rejections.total).toBe(count)
  })
})
