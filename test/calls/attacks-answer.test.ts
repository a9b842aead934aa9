/** What a hostile or broken API answers: redirects, bombs, endless answers, and the key itself. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attackedApp, key } from './attacked-app.ts'
import { soon } from './soon.ts'
import { startUpstream, type Upstream } from './upstream.ts'

const attacked = attackedApp()
let trap: Upstream
beforeAll(async () => {
  trap = await startUpstream()
})
afterAll(() => trap.close())

describe('a redirect is neither followed nor passed on', () => {
  test.each([301, 302, 303, 307, 308])('%i to another host', async (status) => {
    attacked.upstream.answer = (response) =>
      response.writeHead(status, { location: `${trap.url}/v1/secrets` }).end()
    const answer = await attacked.send()
    expect(answer.status).toBe(502)
    expect(answer.headers.get('location')).toBeNull()
    expect(await answer.json()).toMatchObject({ code: 'egress_refused' })
    expect(trap.reached).toEqual([])
  })

  test('302 to another path of the same host, which may not be allowed', async () => {
    attacked.upstream.answer = (response) =>
      response.writeHead(302, { location: '/v1/secrets' }).end()
    expect((await attacked.send()).status).toBe(502)
    expect(attacked.upstream.reached).toHaveLength(1)
  })
})

describe('a header of the answer is not passed on that', () => {
  test.each([
    ['sets a cookie', 'set-cookie', 'session=1'],
    ['leads elsewhere', 'location', 'https://evil.test/'],
    ['reloads the page', 'refresh', '0; url=https://evil.test/'],
    ['clears what the page has', 'clear-site-data', '"*"'],
    ['allows any page to read it', 'access-control-allow-origin', '*'],
    ['asks for a password', 'www-authenticate', 'Basic realm="x"'],
    ['takes a script', 'service-worker-allowed', '/'],
    ['loads more', 'link', '<https://evil.test/x.js>; rel=preload'],
    ['lets caches keep it', 'cache-control', 'public, max-age=31536000'],
    ['names the organization of the key', 'openai-organization', 'org-123'],
    ['speaks of the connection', 'keep-alive', 'timeout=1, max=1'],
  ])('%s: %s', async (_, name, value) => {
    attacked.upstream.answer = (response) => response.writeHead(200, { [name]: value }).end('{}')
    const answer = await attacked.send()
    expect(answer.status).toBe(200)
    expect(answer.headers.get(name)).not.toBe(value)
  })

  test('would let a page of the API run on this server', async () => {
    attacked.upstream.answer = (response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<script>evil()</script>')
    const { headers } = await attacked.send()
    expect(headers.get('content-security-policy')).toContain('sandbox')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('an answer is refused or cut off that', () => {
  const zeros = Buffer.alloc(1_000_000)
  test.each([
    ['is a bomb of gzip', 'gzip', gzipSync(zeros)],
    ['is a bomb of brotli', 'br', brotliCompressSync(zeros)],
    ['is a bomb of deflate', 'deflate', deflateSync(zeros)],
    ['is packed twice', 'gzip, gzip', gzipSync(gzipSync(zeros))],
    ['says that it is packed and is not', 'gzip', Buffer.from('{}')],
  ])('%s', async (_, encoding, body) => {
    attacked.upstream.answer = (response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body)
    const answer = await attacked.send()
    expect(answer.status).toBe(502)
    expect((await answer.text()).length).toBeLessThan(1_000)
  })

  test('announces more than the limit', async () => {
    attacked.upstream.answer = (response) =>
      response.writeHead(200, { 'content-length': '20001' }).end('a'.repeat(20_001))
    expect((await attacked.send({ api: 'tight' })).status).toBe(502)
  })

  test('grows past the limit: it breaks off and does not look whole', async () => {
    attacked.upstream.answer = (response) => {
      response.write('a')
      setTimeout(() => response.end('a'.repeat(20_000)), 20)
    }
    const answer = await attacked.send({ api: 'tight' })
    expect(await answer.text()).toContain('broke off')
  })

  test('never ends', async () => {
    attacked.upstream.answer = (response) => {
      const timer = setInterval(() => response.write('a'), 20)
      response.on('close', () => clearInterval(timer))
    }
    expect(await (await attacked.send({ api: 'tight' })).text()).toContain('broke off')
    await soon(() => attacked.upstream.left).toBeGreaterThan(0)
  })

  test('stalls in the middle', async () => {
    attacked.upstream.answer = (response) => response.write('{"a":')
    expect(await (await attacked.send({ api: 'tight' })).text()).toContain('broke off')
  })

  test('breaks off in the middle', async () => {
    attacked.upstream.answer = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"a":')
      setTimeout(() => response.destroy(), 20)
    }
    expect(await (await attacked.send()).text()).toContain('broke off')
  })

  test('does not begin', async () => {
    attacked.upstream.answer = () => {}
    const answer = await attacked.send({ api: 'tight' })
    expect(answer.status).toBe(504)
    expect(await answer.json()).toMatchObject({ code: 'call_timed_out' })
  })

  test('has more headers than fit', async () => {
    attacked.upstream.answer = (response) =>
      response.writeHead(200, { 'x-request-id': 'a'.repeat(20_000) }).end('{}')
    expect((await attacked.send()).status).toBe(502)
  })

  test('is no HTTP', async () => {
    attacked.upstream.answer = (response) => response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n')
    expect((await attacked.send()).status).toBe(502)
  })

  test('changes to another protocol', async () => {
    attacked.upstream.answer = (response) =>
      response.socket?.end(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      )
    expect((await attacked.send()).status).toBe(502)
  })
})

describe('the key does not come back', () => {
  const bytes = Buffer.from(key)
  const json = (text: string) => (response: { end(text: string): void }) => response.end(text)
  test.each([
    ['as it is', key],
    ['in JSON', JSON.stringify({ authorization: `Bearer ${key}` })],
    ['in JSON with escaped slashes', JSON.stringify({ key }).replaceAll('/', '\\/')],
    ['in a URL', `https://x.test/?key=${encodeURIComponent(key)}`],
    ['in a URL, in small letters', encodeURIComponent(key).replace(/%../g, (c) => c.toLowerCase())],
    ['in hexadecimal', bytes.toString('hex')],
    ['in hexadecimal, in capitals', bytes.toString('hex').toUpperCase()],
    ['in base64', Buffer.from(`:${key}`).toString('base64')],
    ['in base64 after one letter more', Buffer.from(`ab${key}cd`).toString('base64')],
    ['in base64 for URLs', Buffer.from(`abc${key}`).toString('base64url')],
    ['twice', key + key],
  ])('%s', async (_, text) => {
    attacked.upstream.answer = json(text)
    const body = await (await attacked.send()).text()
    expect(body).toHaveLength(text.length)
    expect(body).toContain('*'.repeat(key.length))
    const middle = text.includes(key) ? key.slice(8, 20) : text.slice(12, 30)
    expect(body).not.toContain(middle)
  })

  test.each([1, 2, 7, 20])('cut into pieces of %i', async (size) => {
    attacked.upstream.answer = async (response) => {
      const text = `before ${key} after`
      for (let at = 0; at < text.length; at += size) {
        response.write(text.slice(at, at + size))
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
      response.end()
    }
    expect(await (await attacked.send()).text()).toBe(`before ${'*'.repeat(key.length)} after`)
  })

  test('in a header', async () => {
    attacked.upstream.answer = (response) =>
      response.writeHead(200, { 'x-request-id': `req for ${key}` }).end('{}')
    const { headers } = await attacked.send()
    expect(headers.get('x-request-id')).toBe(`req for ${'*'.repeat(key.length)}`)
  })

  test('in an error of the API', async () => {
    attacked.upstream.answer = (response) => response.writeHead(500).end(`bad key ${key}`)
    const answer = await attacked.send()
    expect(answer.status).toBe(500)
    expect(await answer.text()).toBe(`bad key ${'*'.repeat(key.length)}`)
  })

  test('in part, where the API refused it', async () => {
    const shown = 'Incorrect API key provided: sk-proj-****stuv'
    attacked.upstream.answer = (response) => response.writeHead(401).end(shown)
    const answer = await attacked.send()
    expect(answer.status).toBe(502)
    const text = await answer.text()
    expect(text).toContain('api_key_refused')
    expect(text).not.toContain('stuv')
  })
})
