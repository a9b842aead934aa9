/**
 * Bytes that two servers would take for a different number of requests. Whatever is answered, no
 * second request may reach the API, and none on the path that was smuggled.
 */
import { describe, expect, test } from 'vitest'
import { attackedApp } from './attacked-app.ts'

const attacked = attackedApp()
const smuggled = 'GET /v1/secrets HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n'
const chunks = `0\r\n\r\n${smuggled}`
const chunked = 'Transfer-Encoding: chunked'

interface Smuggled {
  readonly lines: readonly string[]
  readonly body: string
}

const refused: [title: string, raw: Smuggled][] = [
  ['a length and chunks', { lines: ['Content-Length: 4', chunked], body: chunks }],
  ['chunks and a length', { lines: [chunked, 'Content-Length: 4'], body: chunks }],
  ['two lengths', { lines: ['Content-Length: 2', 'Content-Length: 60'], body: `{}${smuggled}` }],
  ['two lengths in one', { lines: ['Content-Length: 2, 60'], body: `{}${smuggled}` }],
  ['a length with a sign', { lines: ['Content-Length: +2'], body: `{}${smuggled}` }],
  ['a length below zero', { lines: ['Content-Length: -2'], body: `{}${smuggled}` }],
  ['a length in hexadecimal', { lines: ['Content-Length: 0x2'], body: `{}${smuggled}` }],
  ['a space before the colon', { lines: ['Content-Length : 2'], body: `{}${smuggled}` }],
  ['a header folded over two lines', { lines: ['Content-Length: 2', 'X: a', ' b'], body: '{}' }],
  ['a folded encoding', { lines: ['Transfer-Encoding:', ' chunked'], body: chunks }],
  ['an encoding that is unknown', { lines: ['Transfer-Encoding: xchunked'], body: chunks }],
  ['chunked that is not last', { lines: ['Transfer-Encoding: chunked, identity'], body: chunks }],
  ['chunked after a tab', { lines: ['Transfer-Encoding:\x0bchunked'], body: chunks }],
  ['two encodings', { lines: [chunked, 'Transfer-Encoding: identity'], body: chunks }],
  ['a chunk of no size', { lines: [chunked], body: `zz\r\n{}\r\n${chunks}` }],
  [
    'a chunk size that overflows',
    { lines: [chunked], body: `ffffffffffffffff2\r\n{}\r\n0\r\n\r\n` },
  ],
  ['a chunk that ends early', { lines: [chunked], body: `5\r\n{}\r\n${chunks}` }],
  ['a chunk extension with a bare line feed', { lines: [chunked], body: `2;a\n{}\r\n${chunks}` }],
  ['a trailer with a bare line feed', { lines: [chunked], body: `0\r\nX: 1\n\r\n${smuggled}` }],
  ['a header that ends in a bare line feed', { lines: ['X: 1\nContent-Length: 2'], body: '{}' }],
  ['a header that ends in a bare carriage return', { lines: ['X: 1\rTE: x'], body: '{}' }],
]

describe('is refused', () => {
  test.each(refused)('%s', async (_, { lines, body }) => {
    const { status, text } = await attacked.sendRaw({ lines, body })
    expect([0, 400, 413, 501]).toContain(status)
    expect(text).not.toMatch(/HTTP\/1\.1 200/)
    expect(attacked.upstream.reached).toEqual([])
  })
})

describe('is one request to the API, on a connection that stays open', () => {
  test.each([
    ['a body that looks like a request', { lines: undefined, body: `${smuggled}` }],
    ['a request behind the body', { lines: ['Content-Length: 2'], body: `{}${smuggled}` }],
    ['a request behind the last chunk', { lines: [chunked], body: `2\r\n{}\r\n${chunks}` }],
    ['a request behind a call that has no body', { lines: [], body: smuggled }],
  ])('%s', async (_, { lines, body }) => {
    const raw = { ...(lines && { lines }), body }
    await attacked.sendRaw({ ...raw, connection: 'keep-alive' })
    expect(attacked.upstream.reached.map(({ url }) => url)).toEqual(['/v1/chat/completions'])
    expect(attacked.upstream.reached[0]?.headers.host).not.toBe('evil.test')
    attacked.upstream.reached.length = 0
    await attacked.sendRaw(raw)
    expect(attacked.upstream.reached.map(({ url }) => url)).not.toContain('/v1/secrets')
  })
})

test.each(['', 'HTTP/9.9', 'HTTP/1.1x', 'ICY'])(
  'a version of HTTP is refused: %j',
  async (version) => {
    expect((await attacked.sendRaw({ version })).status).not.toBe(200)
    expect(attacked.upstream.reached).toEqual([])
  },
)

test('a length that is not true breaks the call off, and mixes nothing up after it', async () => {
  await attacked.sendRaw({ lines: ['Content-Length: 10'], body: '{}' })
  expect((await attacked.sendRaw()).status).toBe(200)
  expect(attacked.upstream.reached.map(({ body }) => body.toString())).toEqual(['{}'])
})
