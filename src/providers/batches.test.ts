/** Requests that carry many events: each is an event of its own, with the bytes it came in. */
import { describe, expect, test } from 'vitest'
import { gocardless } from './gocardless.ts'
import { hubspot } from './hubspot.ts'
import { meta } from './meta.ts'
import type { SourceProvider } from './provider.ts'

const now = 1_700_000_000
const secret = 'a secret of some length'
const settings = { publicUrl: 'https://example.com/hook' }

function outcomeOf(provider: SourceProvider, body: string) {
  const request = provider.request(Buffer.from(body), { secret, now, settings })
  const outcome = provider.verify(request, { secrets: [secret], now, settings })
  if (outcome instanceof Promise || !outcome.ok) throw new Error('It must verify, and at once.')
  return outcome
}

function eventsOf(provider: SourceProvider, body: string) {
  return outcomeOf(provider, body).events?.map(({ body: bytes, ...fields }) => ({
    text: Buffer.from(bytes).toString(),
    ...fields,
  }))
}

describe('HubSpot', () => {
  const element = (eventId: number, attempt: number) =>
    `{"eventId":${eventId}, "subscriptionId":4711,"occurredAt":1700000000123,` +
    `"subscriptionType":"contact.creation","attemptNumber":${attempt},"objectId":"ü\\u00fc"}`

  test('sends a list, whose elements are known by event, subscription and time', () => {
    const fields = { type: 'contact.creation', occurredAt: 1_700_000_000_123, mode: undefined }
    expect(eventsOf(hubspot, `[${element(1, 0)} ,\n${element(2, 0)}]`)).toEqual([
      { text: element(1, 0), dedupeKey: '1.4711.1700000000123', ...fields },
      { text: element(2, 0), dedupeKey: '2.4711.1700000000123', ...fields },
    ])
  })

  test('repeats an event with other bytes, which is the same event still', () => {
    const [first] = eventsOf(hubspot, `[${element(1, 0)}]`) ?? []
    const [repeat] = eventsOf(hubspot, `[${element(2, 0)},${element(1, 3)}]`)?.slice(1) ?? []
    expect(repeat?.text).not.toBe(first?.text)
    expect(repeat?.dedupeKey).toBe(first?.dedupeKey)
  })

  test('may send an empty list, or what is no list', () => {
    expect(eventsOf(hubspot, '[]')).toEqual([])
    expect(eventsOf(hubspot, '{"eventId":1}')).toBeUndefined()
    expect(eventsOf(hubspot, '[{"eventId":1}')).toBeUndefined()
  })
})

test('GoCardless sends a list beside other members, which are not events', () => {
  const event = '{"id":"EV1","created_at":"2023-11-14T22:13:20.5Z","resource_type":"mandates"'
  const body = `{"meta":{"events":[1]},"events":[${event},"action":"active"},${event}}]}`
  expect(eventsOf(gocardless, body)).toEqual([
    {
      text: `${event},"action":"active"}`,
      dedupeKey: 'EV1',
      type: 'mandates.active',
      occurredAt: 1_700_000_000_500,
      mode: undefined,
    },
    {
      text: `${event}}`,
      dedupeKey: 'EV1',
      type: undefined,
      occurredAt: 1_700_000_000_500,
      mode: undefined,
    },
  ])
})

describe('Meta', () => {
  const summary = (body: string) =>
    eventsOf(meta, body)?.map(({ text, type, dedupeKey }) => [text, type, dedupeKey])
  const entries = (...list: string[]) => `{"object":"page", "entry":[${list.join(' , ')}]}`
  const feed = (value: string) => `{"field":"feed","value":{"item":"${value}"}}`

  test('sends entries, each of which is cut out as it stands', () => {
    const one = `{"id":"1", "time":1700000000,"changes":[ ${feed('post')} ]}`
    const two = `{"id":"2","changes":[{"field":"ratings","value":{"a":"]"}}],"time":1700000001}`
    expect(summary(entries(one, two))).toEqual([
      [one, 'feed', undefined],
      [two, 'ratings', undefined],
    ])
  })

  test('an entry with several changes is an event for each, with the rest of the entry', () => {
    const entry = `{"id":"1","changes":[${feed('post')}, ${feed('like')}],"time":17}`
    expect(summary(entries(entry))).toEqual([
      [`{"id":"1","changes":[${feed('post')}],"time":17}`, 'feed', undefined],
      [`{"id":"1","changes":[${feed('like')}],"time":17}`, 'feed', undefined],
    ])
  })

  test('a message of WhatsApp is known by its id, however they are grouped', () => {
    const message = (id: string) => `{"id":"wamid.${id}","timestamp":"1700000000","type":"text"}`
    const change = (...messages: string[]) =>
      `{"id":"1","changes":[{"value":{"messages":[${messages.join()}]},"field":"messages"}]}`
    const [a, b] = [message('a'), message('b')]
    expect(summary(entries(change(a, b)))).toEqual([
      [change(a), 'messages', 'wamid.a'],
      [change(b), 'messages', 'wamid.b'],
    ])
    expect(summary(entries(change(b)))).toEqual([[change(b), 'messages', 'wamid.b']])
    const [event] = eventsOf(meta, entries(change(a))) ?? []
    expect(event?.occurredAt).toBe(1_700_000_000_000)
  })

  test('a status of WhatsApp is known by its id and what it says', () => {
    const status = (said: string) => `{"id":"wamid.a","status":"${said}"}`
    const change = (list: string) =>
      `{"id":"1","changes":[{"value":{"statuses":[${list}]},"field":"messages"}]}`
    expect(summary(entries(change(`${status('sent')},${status('read')}`)))).toEqual([
      [change(status('sent')), 'messages', 'wamid.a.sent'],
      [change(status('read')), 'messages', 'wamid.a.read'],
    ])
  })

  test('a message of Messenger has what it brings as its type', () => {
    const item = (rest: string) => `{"sender":{"id":"u"},"timestamp":1,${rest}}`
    const messaging = (...list: string[]) => `{"id":"1","time":1,"messaging":[${list.join()}]}`
    const [text, postback] = [item('"message":{"mid":"m"}'), item('"postback":{"mid":"m"}')]
    expect(summary(entries(messaging(text, postback)))).toEqual([
      [messaging(text), 'message', undefined],
      [messaging(postback), 'postback', undefined],
    ])
    const standby = `{"id":"1","time":1,"standby":[${text}]}`
    expect(summary(entries(standby))).toEqual([[standby, 'standby', undefined]])
  })

  test('an entry with two lists is not taken apart, as each part would hold the other', () => {
    const both = '{"id":"1","changes":[{"field":"a"},{"field":"b"}],"messaging":[{},{}]}'
    expect(summary(entries(both))).toEqual([[both, 'a', undefined]])
  })

  test('may send fields without values, or no entries at all', () => {
    const fields = '{"uid":"1","id":"1","time":1,"changed_fields":["photos"]}'
    expect(summary(entries(fields))).toEqual([[fields, 'changed_fields', undefined]])
    expect(summary(entries())).toEqual([])
    expect(summary('{"object":"page"}')).toBeUndefined()
  })
})

test.each([gocardless, hubspot, meta])('the events of $name are cut once', (provider) => {
  const [sample] = provider.declaration.samples
  const outcome = outcomeOf(provider, JSON.stringify(sample?.body))
  expect(outcome.events).toHaveLength(1)
  expect(outcome.events).toBe(outcome.events)
})
