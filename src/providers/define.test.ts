import { describe, expect, test } from 'vitest'
import type { Declaration } from './declaration.ts'
import { defineProvider } from './define.ts'
import { mac } from './schemes/mac.ts'
import { token } from './schemes/token.ts'

const now = 1_700_000_000
const secret = 'a secret of some length'

const declaration: Declaration = {
  name: 'example',
  title: 'Example',
  docsUrl: 'https://example.com',
  secretNames: ['EXAMPLE_SECRET'],
  scheme: mac({ header: 'Sig', signed: '{body}', digest: 'sha256', encoding: 'hex' }),
  event: {
    id: 'body:id',
    type: { join: ['body:type', 'body:action'] },
    occurredAt: { at: 'body:at', unit: 's' },
    mode: { at: 'body:live', live: true, test: false },
  },
  samples: [],
}
const example = defineProvider(declaration)

function outcomeOf(body: string | Uint8Array, provider = example) {
  const request = provider.request(Buffer.from(body), { secret, now })
  const outcome = provider.verify(request, { secrets: [secret], now })
  if (outcome instanceof Promise || !outcome.ok) throw new Error('It must verify, and at once.')
  return outcome
}

function fieldsOf(payload: object) {
  const { dedupeKey, type, occurredAt, mode } = outcomeOf(JSON.stringify(payload))
  return { dedupeKey, type, occurredAt, mode }
}

describe('the fields of a verified event', () => {
  test('are read where the declaration says', () => {
    const payload = { id: 'e_1', type: 'issue', action: 'opened', at: now, live: false }
    expect(fieldsOf(payload)).toEqual({
      dedupeKey: 'e_1',
      type: 'issue.opened',
      occurredAt: now * 1000,
      mode: 'test',
    })
    expect(fieldsOf({ id: 7, at: now + 0.9, live: true })).toEqual({
      dedupeKey: '7',
      type: undefined,
      occurredAt: now * 1000,
      mode: 'live',
    })
  })

  test('are absent where the value is of another kind', () => {
    const absent = { dedupeKey: undefined, type: undefined, occurredAt: undefined, mode: undefined }
    const payload = { id: { a: 1 }, type: ['x'], action: 'y', at: 'yesterday', live: 'true' }
    expect(fieldsOf(payload)).toEqual(absent)
    expect(fieldsOf({ id: '', at: -1, live: null })).toEqual(absent)
    expect(fieldsOf({ id: 'x'.repeat(513), at: 1e300 })).toEqual(absent)
  })

  test('may be joined of what is there first, and named by a member', () => {
    const provider = defineProvider({
      ...declaration,
      event: {
        id: { join: ['body:at', { first: ['body:uuid', 'body:id'] }] },
        type: { first: ['body:type', { memberOf: 'body:', beside: ['id', 'at', 'uuid'] }] },
      },
    })
    const read = (payload: unknown) => {
      const { dedupeKey, type } = outcomeOf(JSON.stringify(payload), provider)
      return [dedupeKey, type]
    }
    expect(read({ id: 1, at: 5, message: {}, later: {} })).toEqual(['5.1', 'message'])
    expect(read({ uuid: 'u', id: 1, at: 5, type: 'x', message: {} })).toEqual(['5.u', 'x'])
    expect(read({ id: 1 })).toEqual([undefined, undefined])
    expect(read([{ message: {} }])).toEqual([undefined, undefined])
    expect(read(null)).toEqual([undefined, undefined])
  })

  test('never hold text that a database refuses or changes', () => {
    expect(fieldsOf({ id: 'a\u0000b' }).dedupeKey).toBeUndefined()
    expect(fieldsOf({ id: 'a\ud800b' }).dedupeKey).toBeUndefined()
    expect(fieldsOf({ id: 'a\u{1f389}b' }).dedupeKey).toBe('a\u{1f389}b')
  })

  test('are not found in the prototype', () => {
    const provider = defineProvider({ ...declaration, event: { id: 'body:constructor.name' } })
    expect(outcomeOf('{}', provider).dedupeKey).toBeUndefined()
  })

  test.each([
    ['no JSON', 'id=1'],
    ['nothing', ''],
    ['a byte order mark before JSON', '\ufeff{"id":"e_1"}'],
    ['JSON that is cut off', '{"id":"e_1"'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('are absent where the verified body is %s', (_title, body) => {
    const outcome = outcomeOf(body)
    expect(outcome).toMatchObject({ ok: true, bodyAuthenticated: true })
    expect(outcome.dedupeKey).toBeUndefined()
    expect(outcome.type).toBeUndefined()
    expect(example.parse(Buffer.from(body))).toBeUndefined()
  })

  test('are written out where the outcome becomes JSON', () => {
    const outcome = outcomeOf(JSON.stringify({ id: 'e_1', at: now }))
    expect(JSON.parse(JSON.stringify(outcome))).toEqual({
      ok: true,
      secretIndex: 0,
      bodyAuthenticated: true,
      dedupeKey: 'e_1',
      occurredAt: now * 1000,
    })
  })

  test('parsing happens once, and not for a request that is refused', () => {
    let count = 0
    const parse = (body: Uint8Array) => {
      count += 1
      return JSON.parse(Buffer.from(body).toString())
    }
    const counting = defineProvider({ ...declaration, parse })
    const request = counting.request(Buffer.from('{"id":"e_1"}'), { secret, now })
    const context = { secrets: ['another'], now }
    expect(counting.verify(request, context)).toMatchObject({ ok: false })
    expect(count).toBe(0)
    const outcome = outcomeOf('{"id":"e_1"}', counting)
    expect([outcome.dedupeKey, outcome.type, outcome.occurredAt]).toEqual([
      'e_1',
      undefined,
      undefined,
    ])
    expect(count).toBe(1)
  })
})

describe('a batch', () => {
  const bytes = (text: string) => Buffer.from(text)
  const batch = defineProvider({
    ...declaration,
    batch: (body) =>
      body[0] === 0x5b ? [bytes('{"id":"a","at":1}'), bytes('{"id":"b"}')] : undefined,
  })

  test('is one event per element, each with its own bytes and fields', () => {
    expect(outcomeOf('[{"id":"a","at":1},{"id":"b"}]', batch).events).toEqual([
      { body: bytes('{"id":"a","at":1}'), dedupeKey: 'a', occurredAt: 1000 },
      { body: bytes('{"id":"b"}'), dedupeKey: 'b' },
    ])
  })

  test('is absent where the request carries one event', () => {
    expect(outcomeOf('{"id":"a"}', batch).events).toBeUndefined()
    expect(outcomeOf('{"id":"a"}').events).toBeUndefined()
  })
})

describe('a provider with two schemes', () => {
  const two = defineProvider({
    ...declaration,
    scheme: {
      token: token({ header: 'Token' }),
      mac: declaration.scheme as ReturnType<typeof mac>,
    },
  })
  const body = Buffer.from('{}')
  const verify = (headers: [string, string][], scheme?: string) =>
    two.verify(
      { method: 'POST', url: '/', headers, body },
      { secrets: [secret], now, settings: scheme === undefined ? {} : { scheme } },
    )

  test('is verified by the one that is set, by the first where none is, never by the other', () => {
    const byToken = two.sign(body, { secret, now })
    const byMac = two.sign(body, { secret, now, settings: { scheme: 'mac' } })
    expect(byToken).toEqual([['Token', secret]])
    expect(verify(byToken)).toMatchObject({ ok: true, bodyAuthenticated: false })
    expect(verify(byMac, 'mac')).toMatchObject({ ok: true, bodyAuthenticated: true })
    expect(verify(byToken, 'mac')).toMatchObject({ ok: false })
    expect(verify(byMac)).toMatchObject({ ok: false })
  })

  test('refuses where the setting names neither', () => {
    const headers = two.sign(body, { secret, now })
    expect(verify(headers, 'tokn')).toEqual({ ok: false, reason: 'setting_missing' })
    expect(() => two.newSecret({ scheme: 'tokn' })).toThrow("no scheme 'tokn'")
  })
})

test('an unsigned header that names the event is refused where it comes twice', () => {
  const provider = defineProvider({ ...declaration, event: { id: 'header:Id' } })
  const request = provider.request(Buffer.from('{}'), { secret, now, id: 'e_1' })
  const context = { secrets: [secret], now }
  expect(provider.verify(request, context)).toMatchObject({ ok: true, dedupeKey: 'e_1' })
  const headers = [...request.headers, ['ID', 'e_2'] as const]
  expect(provider.verify({ ...request, headers }, context)).toEqual({
    ok: false,
    reason: 'header_repeated',
  })
})

test('of a type joined of a header and the body, only the first part is sent in the header', () => {
  const type = { join: ['header:Kind', 'body:action'] } as const
  const provider = defineProvider({ ...declaration, event: { type } })
  const sent = (body: string) =>
    provider.sign(Buffer.from(body), { secret, now, type: 'issue.opened' })
  const verified = outcomeOf('{"action":"opened"}', provider)
  expect(verified.type).toBeUndefined()
  expect(sent('{"action":"opened"}')).toContainEqual(['Kind', 'issue'])
  expect(sent('{"action":"closed"}')).toContainEqual(['Kind', 'issue.opened'])
})

test('a handshake is given the way to verify its request', async () => {
  const provider = defineProvider({
    ...declaration,
    handshake: async (request, _context, verify) =>
      (await verify()).ok ? { status: 200, body: request.method } : null,
  })
  const request = provider.request(Buffer.from('{}'), { secret, now })
  expect(await provider.handshake?.(request, { secrets: [secret], now })).toEqual({
    status: 200,
    body: 'POST',
  })
  expect(await provider.handshake?.(request, { secrets: ['another'], now })).toBeNull()
  expect(example.handshake).toBeUndefined()
})

test('the answers that a provider expects are given on, with 400 for what is refused', () => {
  expect(example.reply).toEqual({ accepted: undefined, refusedStatus: 400 })
  const reply = { accepted: { status: 204 }, refusedStatus: 498 }
  expect(defineProvider({ ...declaration, reply }).reply).toEqual(reply)
})
