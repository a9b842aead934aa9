/** Paths, methods and headers that want to reach what is not allowed. */
import { describe, expect, test } from 'vitest'
import { attackedApp } from './attacked-app.ts'

const attacked = attackedApp()
const allowed = '/call/openai/v1/chat/completions'

test('the call that the attacks are made of is answered', async () => {
  expect((await attacked.sendRaw()).status).toBe(200)
  expect(attacked.upstream.reached).toHaveLength(1)
})

const paths: [title: string, target: string][] = [
  ['goes up', '/call/openai/v1/chat/x/../completions'],
  ['goes up to another part of the API', '/call/openai/v1/models/../secrets'],
  ['goes up, encoded', '/call/openai/v1/models/%2e%2e/secrets'],
  ['goes up, half encoded', '/call/openai/v1/models/.%2E/secrets'],
  ['stays where it is', '/call/openai/./v1/chat/completions'],
  ['goes up to another API', '/call/openai/../tight/v1/chat/completions'],
  ['goes up out of the calls', '/call/../api/v1/keys'],
  ['has encoded slashes', '/call/openai/v1%2fchat%2fcompletions'],
  ['has an encoded slash in a part that may be any', '/call/openai/v1/models/a%2Fsecrets'],
  ['has encoded backslashes', '/call/openai/v1/models/..%5csecrets'],
  ['has backslashes', '/call/openai/v1/models\\..\\secrets'],
  ['has a NUL', '/call/openai/v1/chat/completions%00.txt'],
  ['has a line break', '/call/openai/v1/chat/completions%0d%0aX-Evil:%201'],
  ['is encoded twice', '/call/openai/v1/models/%252e%252e'],
  ['has a slash encoded twice', '/call/openai/v1/models/a%252fsecrets'],
  ['begins with two slashes', '/call/openai//v1/chat/completions'],
  ['has an empty part', '/call/openai/v1//chat/completions'],
  ['ends in a slash', `${allowed}/`],
  ['goes up for a Java server', '/call/openai/v1/models/..;/secrets'],
  ['has a percent sign that encodes nothing', '/call/openai/v1/models/%zz'],
  ['has dots in overlong UTF-8', '/call/openai/v1/models/%c0%ae%c0%ae'],
  ['has a slash of full width', '/call/openai/v1/models/a%EF%BC%8Fsecrets'],
  ['has dots that are one letter', '/call/openai/v1/models/%E2%80%A5'],
  ['has a fragment', `${allowed}#/v1/models/x`],
  ['is in other letters', '/call/openai/V1/Chat/Completions'],
  ['goes on after what is allowed', `${allowed}/stop`],
  ['ends before what is allowed', '/call/openai/v1/chat'],
  ['is a host before the API', '/call/openai@evil.test/v1/chat/completions'],
  ['is a host after the API', '/call/openai/@evil.test/v1/chat/completions'],
  ['is a URL', '/call/openai/http://evil.test/v1/chat/completions'],
  ['names no path', '/call/openai'],
  ['names an encoded API', '/call/open%61i/v1/chat/completions'],
  ['is longer than a path may be', `/call/openai/v1/models/${'a'.repeat(3_000)}`],
  ['has a method in its query', `${allowed}?_method=DELETE`],
  ['has a method in its query, encoded', `${allowed}?%5Fmethod=DELETE`],
  ['is a whole URL of another host', 'http://169.254.169.254/call/openai/v1/chat/completions'],
  ['is a whole URL of this host', 'http://127.0.0.1/call/openai/v1/chat/completions'],
]

describe('a path is refused that', () => {
  test.each(paths)('%s', async (_, target) => {
    const { status } = await attacked.sendRaw({ target })
    expect([400, 401, 403, 404]).toContain(status)
    expect(attacked.upstream.reached).toEqual([])
  })
})

describe('as a Request, whose URL is resolved, only what is allowed is reached where it', () => {
  test.each(paths.filter(([, target]) => target.startsWith('/')))('%s', async (_, target) => {
    const request = new Request(`http://127.0.0.1${target}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${attacked.token()}` },
      body: '{}',
    })
    await (await attacked.started.app.fetch(request)).text()
    for (const { url } of attacked.upstream.reached) expect(url).toBe('/v1/chat/completions')
  })
})

describe('a method is refused that', () => {
  test.each([
    ['is not the allowed one', 'GET'],
    ['would be allowed on another path', 'DELETE'],
    ['is in other letters', 'Post'],
    ['shows the request to its sender', 'TRACE'],
    ['makes a tunnel', 'CONNECT'],
    ['asks what is allowed', 'PROPFIND'],
  ])('%s: %s', async (_, method) => {
    const { status } = await attacked.sendRaw({ method, lines: [], body: '' })
    expect(status).not.toBe(200)
    expect(attacked.upstream.reached).toEqual([])
  })

  test('is asked for by OPTIONS: that is answered here, and not by the API', async () => {
    await attacked.sendRaw({ method: 'OPTIONS', lines: [], body: '' })
    expect(attacked.upstream.reached).toEqual([])
  })
})

const length = 'Content-Length: 2'

describe('a header does not reach the API that', () => {
  test.each([
    ['takes another method', 'X-HTTP-Method-Override: DELETE'],
    ['takes another method, by its other name', 'X-Method-Override: DELETE'],
    ['takes another path', 'X-Original-URL: /v1/secrets'],
    ['takes another path, by its other name', 'X-Rewrite-URL: /v1/secrets'],
    ['names another key', 'X-Api-Key: sk-evil'],
    ['names another organization', 'OpenAI-Organization: org-evil'],
    ['names another host', 'X-Forwarded-Host: evil.test'],
    ['tells of the caller', 'X-Forwarded-For: 10.0.0.1'],
    ['is a cookie', 'Cookie: session=1'],
    ['speaks to a proxy', 'Proxy-Authorization: Basic eDp5'],
    ['changes the connection', 'Upgrade: h2c'],
    ['announces trailers', 'Trailer: Authorization'],
    ['asks for a part of the answer', 'Range: bytes=0-1'],
    ['tells where the page is', 'Referer: https://shop.example/secret-page'],
  ])('%s: %s', async (_, line) => {
    await attacked.sendRaw({ lines: [length, line] })
    const name = line.split(':')[0]?.toLowerCase() ?? ''
    expect(attacked.upstream.reached).toHaveLength(1)
    expect(Object.keys(attacked.upstream.reached[0]?.headers ?? {})).not.toContain(name)
  })

  test('wants the key to be left out as part of the connection', async () => {
    await attacked.sendRaw({ lines: [length, 'Connection: close, authorization'] })
    const [reached] = attacked.upstream.reached
    expect(reached?.headers.authorization).toMatch(/^Bearer sk-proj-/)
    expect(reached?.rawHeaders.filter((name) => /^authorization$/i.test(name))).toHaveLength(1)
  })

  test('names the host: the API gets its own', async () => {
    await attacked.sendRaw({ host: 'evil.test' })
    expect(attacked.upstream.reached[0]?.headers.host).toBe(`127.0.0.1:${attacked.upstream.port}`)
  })
})

describe('a request is refused whole', () => {
  test.each([
    ['with a NUL in a header', [length, 'Accept: a\0b'], undefined],
    ['with a line break in a header', [length, 'Accept: a\rX-Evil: 1'], undefined],
    ['with a space in the name of a header', [length, 'X Evil: 1'], undefined],
    ['with two hosts', [length, 'Host: evil.test'], undefined],
    ['with a host that is a path', [length], 'evil.test/call'],
    ['with a host that is none', [length], 'evil test'],
    ['with a compressed body', [length, 'Content-Encoding: gzip'], undefined],
    ['with more headers than fit', [length, `X-Long: ${'a'.repeat(20_000)}`], undefined],
  ])('%s', async (_, lines, host) => {
    const { status } = await attacked.sendRaw({ lines, ...(host && { host }) })
    expect([400, 415, 431]).toContain(status)
    expect(attacked.upstream.reached).toEqual([])
  })
})
