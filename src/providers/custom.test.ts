import { describe, expect, expectTypeOf, test } from 'vitest'
import { HooklineError } from '../base/errors.ts'
import { type CustomOptions, custom } from './custom.ts'
import type { EventPayload, SourceProvider } from './provider.ts'
import { accepted, refused } from './testing/cases.ts'
import { contextOf, now, sampleBody, signed, subjectsOf } from './testing/subject.ts'

const publicUrl = 'https://example.com/webhooks/acme'
const event = { id: 'body:id', type: 'body:type' } as const

const customs: Readonly<Record<string, CustomOptions>> = {
  'a header and nothing else': { name: 'acme', signature: { header: 'X-Signature' }, event },
  'a prefix, SHA-512 and base64': {
    name: 'acme',
    signature: { header: 'X-Signature', prefix: 'v1=', digest: 'sha512', encoding: 'base64' },
  },
  'a signed time in the header, and a key in hexadecimal': {
    name: 'acme',
    signature: {
      header: 'X-Signature',
      format: 't={timestamp},v1={signature}',
      signed: '{timestamp}.{body}',
      key: { form: 'hex' },
    },
  },
  'an id and a time of their own': {
    name: 'acme',
    signature: {
      header: 'X-Signature',
      signed: '{id}:{timestamp}:{body}',
      idHeader: 'X-Id',
      timestampHeader: 'X-Time',
      timestampUnit: 'ms',
    },
    event: { id: 'signed:id' },
  },
  'the registered URL': {
    name: 'acme',
    signature: { header: 'X-Signature', signed: '{url}{body}' },
  },
  'a token': { name: 'acme', token: { header: 'X-Token' } },
  'a bearer token': { name: 'acme', token: { header: 'Authorization', prefix: 'Bearer ' } },
  'basic authentication': { name: 'acme', basic: { user: 'acme' } },
  'a secret path': { name: 'acme', secretPath: true },
}

describe.each(Object.entries(customs))('a sender with %s', (_, options) => {
  const provider: SourceProvider = custom(options)
  const [subject] = subjectsOf(provider, { settings: { publicUrl } })
  if (!subject) throw new Error('A provider has at least one scheme.')

  test.each(accepted.filter(({ applies }) => applies?.(subject) ?? true))(
    'accepts $title',
    async ({ trials }) => {
      for (const trial of trials(subject)) {
        expect(await provider.verify(...trial)).toMatchObject({ ok: true })
      }
    },
  )

  test.each(refused.filter(({ applies }) => applies?.(subject) ?? true))(
    'refuses $title',
    async ({ trials }) => {
      const all = trials(subject)
      expect(all.length).toBeGreaterThan(0)
      for (const trial of all) expect(await provider.verify(...trial)).toMatchObject({ ok: false })
    },
  )

  test('says whether the body is authenticated', async () => {
    const outcome = await provider.verify(signed(subject, sampleBody(subject)), contextOf(subject))
    expect(outcome).toMatchObject({ ok: true, bodyAuthenticated: 'signature' in options })
  })
})

describe('a secret path', () => {
  const provider = custom({ name: 'acme', secretPath: true })
  const secret = 'a secret/with %2F and ü'
  const context = { secrets: [secret], now }
  const verify = (url: string) =>
    provider.verify({ method: 'POST', url, headers: [], body: Buffer.from('{}') }, context)

  test('is read after the name of the source, decoded once', () => {
    const encoded = encodeURIComponent(secret)
    expect(verify(`/webhooks/acme/${encoded}`)).toMatchObject({ ok: true })
    expect(verify(`http://localhost:4600/webhooks/acme/${encoded}?a=/b#/c`)).toMatchObject({
      ok: true,
    })
  })

  test.each([
    '',
    '/',
    '/wrong',
    `/${encodeURIComponent(secret)}x`,
    '/%',
    `?${secret}`,
    `#/${secret}`,
  ])('%j after the name is refused', (rest) => {
    expect(verify(`http://localhost/webhooks/acme${rest}`)).toMatchObject({ ok: false })
  })

  test('a source whose secret is its own name does not verify without one', () => {
    const request = { method: 'POST', url: '/webhooks/acme', headers: [], body: Buffer.alloc(0) }
    expect(provider.verify(request, { secrets: ['acme'], now })).toMatchObject({ ok: false })
  })
})

test('basic authentication takes the method in any case, and nothing but the exact pair', () => {
  const provider = custom({ name: 'acme', basic: { user: 'ada' } })
  const verify = (value: string) => {
    const headers = [['Authorization', value]] as const
    const request = { method: 'POST', url: '/', headers, body: Buffer.alloc(0) }
    return provider.verify(request, { secrets: ['a password'], now })
  }
  const encode = (text: string) => Buffer.from(text).toString('base64')
  expect(verify(`basic ${encode('ada:a password')}`)).toMatchObject({ ok: true })
  for (const pair of ['bob:a password', 'ada:', 'ada', 'ada:a password ', 'Ada:a password']) {
    expect(verify(`Basic ${encode(pair)}`)).toMatchObject({ ok: false })
  }
  expect(verify(`Bearer ${encode('ada:a password')}`)).toMatchObject({ ok: false })
})

describe('as a source', () => {
  const acme = custom({ name: 'my-acme', signature: { header: 'X-Signature' } })

  test('it is one as it is, and called with options', () => {
    expect(acme.provider).toBe(acme)
    expect(acme.options).toEqual({})
    expect(acme({ mode: 'live' })).toEqual({ provider: acme, options: { mode: 'live' } })
    expect(acme.secretNames).toEqual(['MY_ACME_WEBHOOK_SECRET'])
  })

  test('a secret that is sent is known as one, a signature is not', () => {
    expect(acme.secretHeaders).toEqual([])
    expect(custom({ name: 'a', token: { header: 'X-Token' } }).secretHeaders).toEqual(['x-token'])
    expect(custom({ name: 'a', basic: { user: 'u' } }).secretHeaders).toEqual(['authorization'])
  })

  test('its handlers have the types that it is given', () => {
    interface Events {
      readonly 'order.paid': { readonly order: string }
      readonly '*': { readonly kind: string }
    }
    const typed = custom<Events>({ name: 'acme', token: { header: 'X-Token' } })
    expectTypeOf<EventPayload<typeof typed, 'order.paid'>>().toEqualTypeOf<{
      readonly order: string
    }>()
    expectTypeOf<EventPayload<typeof typed, 'other'>['kind']>().toEqualTypeOf<string>()
    expect(typed.name).toBe('acme')
  })
})

describe('a declaration that could never verify a request is refused at once', () => {
  // As a program without types could write them.
  test.each<[string, object]>([
    ['no name', { token: { header: 'X' } }],
    ['a name with capitals', { name: 'Acme', token: { header: 'X' } }],
    ['no proof', { name: 'acme' }],
    ['two proofs', { name: 'acme', token: { header: 'X' }, basic: { user: 'u' } }],
    ['no header', { name: 'acme', signature: {} }],
    ['a header that is none', { name: 'acme', token: { header: 'X: Y' } }],
    ['no user', { name: 'acme', basic: { user: '' } }],
    ['a user with a colon', { name: 'acme', basic: { user: 'a:b' } }],
    ['a digest that nobody knows', { name: 'acme', signature: { header: 'X', digest: 'md5' } }],
    [
      'an encoding that nobody knows',
      { name: 'acme', signature: { header: 'X', encoding: 'hex2' } },
    ],
    ['a part that no request has', { name: 'acme', signature: { header: 'X', signed: '{bodi}' } }],
    ['a time without a place', { name: 'acme', signature: { header: 'X', signed: '{timestamp}' } }],
    ['an id without a place', { name: 'acme', signature: { header: 'X', signed: '{id}{body}' } }],
    ['a format without a signature', { name: 'acme', signature: { header: 'X', format: 'v1=' } }],
  ])('%s', (_, options) => {
    let error: unknown
    try {
      custom(options as CustomOptions)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(HooklineError)
    expect(error).toMatchObject({ code: 'config_invalid' })
    // What happened, likely why, what to do.
    expect(String(error).split(/[.:] /).length).toBeGreaterThanOrEqual(4)
  })
})
