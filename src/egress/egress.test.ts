import { spawn } from 'node:child_process'
import type { RequestListener } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { HooklineError } from '../base/errors.ts'
import { type EgressOptions, newEgress } from './egress.ts'
import { certificate, certifiedHost } from './testing/certificate.ts'
import { type Origin, startOrigin } from './testing/origin.ts'

const origins: Origin[] = []

afterEach(async () => {
  await Promise.all(origins.splice(0).map((origin) => origin.close()))
})

async function open(answer: RequestListener, isTls = false): Promise<Origin> {
  const origin = await startOrigin(answer, isTls)
  origins.push(origin)
  return origin
}

const loopback = { allowAddresses: ['127.0.0.1'], allowHttp: true } as const

/** Names lead where a test says, one answer after the other, the last for ever. */
function resolving(...answers: string[][]): Required<Pick<EgressOptions, 'resolve'>> {
  let asked = 0
  return {
    resolve: async () => {
      const addresses = answers[Math.min(asked++, answers.length - 1)] ?? []
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    },
  }
}

/**
 * The code of what was thrown, by the call or by reading its body, and whether its text is whole.
 */
async function codeOf(call: Promise<Response>): Promise<string> {
  try {
    const response = await call
    await response.arrayBuffer()
    return `answered ${response.status}`
  } catch (error) {
    if (!(error instanceof HooklineError)) throw error
    expect(error.message.split('. ').length).toBeGreaterThanOrEqual(2)
    return error.code
  }
}

describe('an allowed call', () => {
  test('arrives as it was made, and is answered with status, headers and body', async () => {
    const { port } = await open((request, response) => {
      response.writeHead(201, { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] })
      const { accept, 'accept-encoding': encoding = 'none' } = request.headers
      response.write(`${request.method} ${request.url} ${accept} ${encoding} `)
      request.pipe(response)
    })
    const response = await newEgress(loopback)(`http://127.0.0.1:${port}/keys?a=1`, {
      method: 'POST',
      headers: { accept: 'text/plain' },
      body: 'grüße',
    })
    expect(response.status).toBe(201)
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await response.text()).toBe('POST /keys?a=1 text/plain none grüße')
  })

  test('a status without a body has none', async () => {
    const { port } = await open((_, response) => response.writeHead(204).end())
    const response = await newEgress(loopback)(`http://127.0.0.1:${port}/`)
    expect([response.status, response.body]).toEqual([204, null])
  })

  test('by https the certificate is checked, for its name and its root', async () => {
    const { port, hosts } = await open((_, response) => response.end('keys'), true)
    const options = { allowAddresses: ['127.0.0.1'], ...resolving(['127.0.0.1']) }
    const trusting = newEgress({ ...options, trustedRoots: [certificate] })
    const response = await trusting(`https://${certifiedHost}:${port}/`)
    expect(await response.text()).toBe('keys')
    expect(await codeOf(trusting(`https://other.example.test:${port}/`))).toBe('egress_failed')
    const distrusting = newEgress(options)
    expect(await codeOf(distrusting(`https://${certifiedHost}:${port}/`))).toBe('egress_failed')
    expect(hosts).toEqual([certifiedHost])
  })
})

describe('refused before anything is connected', () => {
  test.each([
    'https://127.0.0.1:{port}/',
    'https://127.1:{port}/',
    'https://0x7f000001:{port}/',
    'https://2130706433:{port}/',
    'https://0.0.0.0:{port}/',
    'https://[::1]:{port}/',
    'https://[::ffff:127.0.0.1]:{port}/',
    'https://169.254.169.254/latest/meta-data/',
    'https://localhost:{port}/',
    'https://user:password@example.com/',
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/hosts',
    '/keys',
  ])('%s', async (url) => {
    const { port, hosts } = await open((_, response) => response.end())
    expect(await codeOf(newEgress()(url.replace('{port}', String(port))))).toBe('egress_refused')
    expect(hosts).toEqual([])
  })

  test.each([
    ['to loopback', ['127.0.0.1']],
    ['to a public address and a private one', ['8.8.8.8', '10.0.0.1']],
    ['to IPv6 loopback', ['::1']],
    ['nowhere', []],
  ])('a name that leads %s', async (_, addresses) => {
    const { port, hosts } = await open((_request, response) => response.end())
    const egress = newEgress({ allowHttp: true, ...resolving(addresses) })
    expect(await codeOf(egress(`http://keys.example.test:${port}/`))).toBe('egress_refused')
    expect(hosts).toEqual([])
  })

  test('plain http, where only the address was allowed', async () => {
    const { port } = await open((_, response) => response.end())
    const egress = newEgress({ allowAddresses: ['127.0.0.1'] })
    expect(await codeOf(egress(`http://127.0.0.1:${port}/`))).toBe('egress_refused')
  })
})

describe('names that change', () => {
  test('the address that was checked is the one that is connected to, asked for once', async () => {
    const { port, hosts } = await open((_, response) => response.end('here'))
    // A second question would be answered with an address that nothing listens on.
    const egress = newEgress({ ...loopback, ...resolving(['127.0.0.1'], ['203.0.113.1']) })
    expect(await (await egress(`http://keys.example.test:${port}/`)).text()).toBe('here')
    expect(hosts).toEqual(['keys.example.test'])
  })

  test('a name that leads inside at its second connection is refused then', async () => {
    const { port } = await open((_, response) => response.setHeader('connection', 'close').end())
    const egress = newEgress({ ...loopback, ...resolving(['127.0.0.1'], ['127.0.0.2']) })
    expect(await codeOf(egress(`http://keys.example.test:${port}/`))).toBe('answered 200')
    expect(await codeOf(egress(`http://keys.example.test:${port}/`))).toBe('egress_refused')
  })
})

describe('answers that are refused', () => {
  test.each([301, 302, 303, 307, 308])('the redirect %i is not followed', async (status) => {
    const { port, hosts } = await open((_, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${port}/inside` }).end(),
    )
    expect(await codeOf(newEgress(loopback)(`http://127.0.0.1:${port}/`))).toBe('egress_refused')
    expect(hosts).toHaveLength(1)
  })

  test.each(['gzip', 'br', 'deflate', 'GZIP, gzip'])('%s is not unpacked', async (encoding) => {
    const { port } = await open((_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(gzipSync(Buffer.alloc(1e6))),
    )
    expect(await codeOf(newEgress(loopback)(`http://127.0.0.1:${port}/`))).toBe('egress_failed')
  })

  test.each([
    ['announced', { 'content-length': '1001' }],
    ['not announced', {}],
  ])('a body over the limit, %s, and one at the limit is taken', async (_, headers) => {
    let bytes = 1_001
    const { port } = await open((_request, response) =>
      response.writeHead(200, bytes === 1_001 ? headers : {}).end('a'.repeat(bytes)),
    )
    const egress = newEgress({ ...loopback, responseBytesMax: 1_000 })
    expect(await codeOf(egress(`http://127.0.0.1:${port}/`))).toBe('egress_failed')
    bytes = 1_000
    expect(await codeOf(egress(`http://127.0.0.1:${port}/`))).toBe('answered 200')
  })

  test('headers over their limit', async () => {
    const { port } = await open((_, response) =>
      response.writeHead(200, { 'x-long': 'a'.repeat(20_000) }).end(),
    )
    expect(await codeOf(newEgress(loopback)(`http://127.0.0.1:${port}/`))).toBe('egress_failed')
  })
})

describe('the time limit', () => {
  test.each([
    ['no answer', () => {}],
    [
      'headers and no body',
      (_: unknown, response: { flushHeaders(): void }) => response.flushHeaders(),
    ],
  ] satisfies [string, RequestListener][])('ends a call that gets %s', async (_, answer) => {
    const { port } = await open(answer)
    const egress = newEgress({ ...loopback, timeoutMs: 100 })
    expect(await codeOf(egress(`http://127.0.0.1:${port}/`))).toBe('egress_failed')
  })

  test('is for the whole: a body that trickles does not outlive it', async () => {
    const { port } = await open((_, response) => {
      const timer = setInterval(() => response.write('a'), 10)
      response.on('close', () => clearInterval(timer))
    })
    const egress = newEgress({ ...loopback, timeoutMs: 150 })
    expect(await codeOf(egress(`http://127.0.0.1:${port}/`))).toBe('egress_failed')
  })

  test('a caller can end its call before', async () => {
    const { port } = await open(() => {})
    const signal = AbortSignal.timeout(50)
    expect(await codeOf(newEgress(loopback)(`http://127.0.0.1:${port}/`, { signal }))).toBe(
      'egress_failed',
    )
  })
})

test('what can not be reached is a failure that names the host and keeps its cause', async () => {
  const { port, close } = await startOrigin(() => {})
  await close()
  await expect(newEgress(loopback)(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
    code: 'egress_failed',
    message: expect.stringContaining(`127.0.0.1:${port}`),
    cause: { code: 'ECONNREFUSED' },
  })
})

test('a proxy in the environment is not used', async () => {
  const { port } = await open((_, response) => response.end('origin'))
  const proxy = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port: proxyPort } = proxy.address() as AddressInfo // a TCP server that listens has one
  const url = `http://127.0.0.1:${port}/`
  const program = `
    import { newEgress } from ${JSON.stringify(import.meta.resolve('./egress.ts'))}
    const answer = await newEgress(${JSON.stringify(loopback)})('${url}')
    const fetched = await fetch('${url}').then((own) => own.text(), () => 'through the proxy')
    process.stdout.write(await answer.text() + ', ' + fetched)`
  const address = `http://127.0.0.1:${proxyPort}`
  const environment = { HTTP_PROXY: address, http_proxy: address, NODE_USE_ENV_PROXY: '1' }
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, ...environment, NO_PROXY: '', no_proxy: '' },
  })
  let printed = ''
  for await (const chunk of child.stdout) printed += chunk
  proxy.close()
  // Node's own fetch does use it here, so the proxy was there to be used.
  expect(printed).toBe('origin, through the proxy')
})
