import { describe, expect, test } from 'vitest'
import type { EgressOptions } from '../egress/egress.ts'
import type { ApiOptions } from '../providers/apis/declaration.ts'
import { api as anyApi } from '../providers/apis/define.ts'
import { openai, paypal, zoom } from '../providers/index.ts'
import { makeApi } from './api.ts'

function make(options: ApiOptions, egress?: EgressOptions) {
  return makeApi('openai', openai(options), { mode: 'test', egress })
}

const invalid = { code: 'config_invalid' }

describe('a base URL is refused that', () => {
  test.each([
    ['is of this machine', 'https://127.0.0.1/v1'],
    ['is of this machine, as one number', 'https://2130706433/'],
    ['is of this machine, in octal', 'https://0177.0.0.1/'],
    ['is of this machine, in IPv6', 'https://[::1]/'],
    ['is of this machine, in the clothes of IPv6', 'https://[::ffff:127.0.0.1]/'],
    ['is of the network inside', 'https://10.1.2.3/'],
    ['is where a cloud keeps its credentials', 'https://169.254.169.254/latest/meta-data'],
    ['is where a cloud keeps them, in IPv6', 'https://[fd00:ec2::254]/'],
    ['is every address', 'https://0.0.0.0/'],
    ['is not encrypted', 'http://api.example.com'],
    ['is a file', 'file:///etc/passwd'],
    ['is data', 'data:text/plain,x'],
    ['has a user name', 'https://user:password@api.example.com'],
    ['has a query', 'https://api.example.com/?a=b'],
    ['has a fragment', 'https://api.example.com/#a'],
    ['is no URL', 'api.example.com'],
  ])('%s: %s', (_, baseUrl) => {
    expect(() => make({ baseUrl })).toThrow(expect.objectContaining(invalid))
  })

  test('leads inside only when it is looked up: at the call', async () => {
    const resolve = async () => [{ address: '10.0.0.1', family: 4 }]
    const { exchange } = make({ baseUrl: 'https://api.example.com' }, { resolve })
    const url = new URL('https://api.example.com/v1/models')
    const signal = AbortSignal.timeout(5_000)
    const call = exchange({ method: 'GET', url, headers: [], body: null, signal })
    await expect(call).rejects.toMatchObject({ code: 'egress_refused' })
  })

  test('leads outside and inside: at the call', async () => {
    const resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '192.168.0.1', family: 4 },
    ]
    const { exchange } = make({ baseUrl: 'https://api.example.com' }, { resolve })
    const url = new URL('https://api.example.com/v1/models')
    const signal = AbortSignal.timeout(5_000)
    const call = exchange({ method: 'GET', url, headers: [], body: null, signal })
    await expect(call).rejects.toMatchObject({ code: 'egress_refused' })
  })

  test('and is taken where its address is allowed by name', () => {
    const allowed = { baseUrl: 'http://127.0.0.1:4601', allowAddresses: ['127.0.0.1'] }
    expect(make(allowed).baseUrl.host).toBe('127.0.0.1:4601')
    expect(() => make({ ...allowed, baseUrl: 'http://127.0.0.2:4601' })).toThrow('not public')
  })
})

describe('an API is refused that', () => {
  test.each(['', 'Open AI', 'open/ai', '-x', '..', 'a'.repeat(64)])('is named %j', (name) => {
    const made = () => makeApi(name, openai(), { mode: 'test' })
    expect(made).toThrow(expect.objectContaining(invalid))
  })

  test('is of a provider that has none', () => {
    const made = () => makeApi('zoom', zoom(), { mode: 'test' })
    expect(made).toThrow('use api({ … })')
  })

  test.each([
    'authorization',
    'Cookie',
    'host',
    'content-length',
    'Transfer-Encoding',
    'x-forwarded-for',
    'proxy-authorization',
    'x-http-method-override',
    'a b',
  ])('would let %s pass', (header) => {
    expect(() => make({ headers: [header] })).toThrow('must not pass')
  })

  test('would let the header pass in which its own key goes', () => {
    const auth = { kind: 'header', header: 'X-Key' } as const
    const definition = anyApi({
      baseUrl: 'https://api.example.com',
      keyName: 'K',
      auth,
      headers: ['x-key'],
    })
    expect(() => makeApi('other', definition, { mode: 'test' })).toThrow('must not pass')
  })

  test.each(['/', 'v1', '/v1/', '/webhooks', '/call/x', '/api/v1', '/live', '/v1/../x', '/*'])(
    'is mounted at %s',
    (mount) => {
      expect(() => make({ mount })).toThrow('can not be mounted')
    },
  )
})

test('the address goes by the mode where a company has two', () => {
  const hostOf = (mode: 'test' | 'live') => makeApi('paypal', paypal(), { mode }).baseUrl.host
  expect(hostOf('test')).toBe('api-m.sandbox.paypal.com')
  expect(hostOf('live')).toBe('api-m.paypal.com')
})
