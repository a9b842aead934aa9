import { describe, expect, test } from 'vitest'
import { slack } from './slack.ts'

const now = 1_700_000_000
const secret = '8f742231b10e8888abcd99yyyzzz85a5'

function fieldsOf(body: string) {
  const request = slack.request(Buffer.from(body), { secret, now })
  const outcome = slack.verify(request, { secrets: [secret], now })
  if (outcome instanceof Promise || !outcome.ok) throw new Error('It must verify, and at once.')
  const { type, dedupeKey } = outcome
  return { type, dedupeKey }
}

describe('what Slack sends', () => {
  test('an event is known by its id, and has the type of what happened', () => {
    const body = '{"type":"event_callback","event_id":"Ev1","event":{"type":"reaction_added"}}'
    expect(fieldsOf(body)).toEqual({ type: 'reaction_added', dedupeKey: 'Ev1' })
  })

  test('a command is a form, with itself as its type', () => {
    const body = 'command=%2Fdeploy&text=main+%26+more&trigger_id=1.2.a'
    expect(fieldsOf(body)).toEqual({ type: '/deploy', dedupeKey: '1.2.a' })
    expect(slack.parse(Buffer.from(body))).toMatchObject({ text: 'main & more' })
  })

  test('an interaction is the JSON inside of a form', () => {
    const payload = { type: 'block_actions', trigger_id: '3.4.b', user: { name: 'é=&' } }
    const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`
    expect(fieldsOf(body)).toEqual({ type: 'block_actions', dedupeKey: '3.4.b' })
    expect(slack.parse(Buffer.from(body))).toEqual(payload)
  })

  test('other bytes hold nothing, and are still an event', () => {
    for (const body of ['payload=%7B', 'payload', '\ufeff{}']) {
      expect(slack.parse(Buffer.from(body))).toBeUndefined()
      expect(fieldsOf(body)).toEqual({ type: undefined, dedupeKey: undefined })
    }
  })

  test('the answer to all of it is empty: text would be shown to the user of a command', () => {
    expect(slack.reply.accepted).toEqual({ status: 200 })
  })
})
