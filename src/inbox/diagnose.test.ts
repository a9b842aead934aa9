import { describe, expect, test } from 'vitest'
import { custom } from '../providers/custom.ts'
import {
  github,
  paystack,
  type SourceDefinition,
  square,
  standardwebhooks,
  stripe,
  type VerifyContext,
  type WebhookRequest,
} from '../providers/index.ts'
import { diagnose, diagnosesPerMinuteMax, type Refusal, takeDiagnosis } from './diagnose.ts'
import { makeSources, now } from './testing/inbox.ts'

const secret = 'whsec_the_secret_of_the_source_itself'
const otherSecret = 'whsec_the_secret_of_another_source'
const body = Buffer.from('{"id":"evt_1","type":"a.b","text":"ü/é","n":1.5}')

interface Situation {
  readonly sources: Readonly<Record<string, SourceDefinition>>
  readonly request: WebhookRequest
  readonly publicUrl?: string
  readonly context?: Partial<VerifyContext>
}

/** What is said of a request that the first of the sources refuses. */
async function said({ sources: definitions, request, publicUrl }: Situation): Promise<string> {
  const sources = makeSources(definitions, publicUrl)
  const [source] = sources.values()
  if (!source) throw new Error('There is at least one source.')
  const outcome = await source.provider.verify(request, { ...source, now })
  if (outcome.ok) throw new Error('The request was not refused.')
  const refusal: Refusal = { source, sources, request, reason: outcome.reason, now }
  return (await diagnose(refusal)) ?? 'nothing'
}

function signedBy(key: string, at = now): WebhookRequest {
  return stripe.request(body, { secret: key, now: at })
}

describe('the secret', () => {
  test('of another source is named by that source', async () => {
    const text = await said({
      sources: {
        stripe: stripe({ secrets: secret }),
        connect: stripe({ secrets: ['whsec_not_this_one_either', otherSecret] }),
      },
      request: signedBy(otherSecret),
    })
    expect(text).toMatch(/signed with the secret of 'connect'.*STRIPE_WEBHOOK_SECRET/)
  })

  test('of the other mode is named as such', async () => {
    const text = await said({
      sources: {
        live: stripe({ secrets: secret, mode: 'live' }),
        sandbox: stripe({ secrets: otherSecret }),
      },
      request: signedBy(otherSecret),
    })
    expect(text).toMatch(/signed with the test secret, that of 'sandbox'.*takes live events/)
    expect(text).toContain('/webhooks/sandbox')
  })

  test.each([
    [`${secret}\n`, 'white space'],
    [` ${secret}`, 'white space'],
    [`"${secret}"`, 'quotation marks'],
    [`'${secret}'`, 'quotation marks'],
  ])('set as %j is right without its %s', async (set, fault) => {
    const text = await said({
      sources: { stripe: stripe({ secrets: set }) },
      request: signedBy(secret),
    })
    expect(text).toContain(fault)
    expect(text).not.toContain('secret_of_the_source')
  })

  test.each([
    'sk_live_51Hookline0000000000',
    'pk_test_51Hookline0000000000',
    'rk_live_5100000000000',
  ])('set as an API key is told as one: %s', async (key) => {
    const text = await said({
      sources: { stripe: stripe({ secrets: key }) },
      request: signedBy(secret),
    })
    expect(text).toMatch(/looks like an API key/)
    expect(text).not.toContain(key)
  })

  test('that is an API key by design is not blamed', async () => {
    const key = 'sk_test_0123456789abcdef0123'
    const request = paystack.request(body, { secret: 'sk_live_ffffffffffffffffffff', now })
    expect(await said({ sources: { paystack: paystack({ secrets: key }) }, request })).toBe(
      'nothing',
    )
  })

  test('that is of no known kind is not guessed at', async () => {
    expect(
      await said({
        sources: { stripe: stripe({ secrets: secret }) },
        request: signedBy(otherSecret),
      }),
    ).toBe('nothing')
  })
})

describe('the body', () => {
  const cases: [string, string, string][] = [
    ['PHP wrote, anew', '{"id":1,"u":"a\\/b \\u00fc"}', '{"id":1,"u":"a/b ü"}'],
    ['Python wrote, anew', '{"id": 1, "u": "a, b: \\u00fc"}', '{"id":1,"u":"a, b: ü"}'],
    ['was compact, indented', '{"id":1}', '{\n  "id": 1\n}'],
    ['was indented, compact', '{\n  "id": 1\n}', '{"id":1}'],
    ['had a line end, without it', '{"id": 1 }\n', '{"id": 1 }'],
    ['had none, with one', '{"id": 1 }', '{"id": 1 }\r\n'],
    ['had CRLF, with LF', '{\r\n "id": 1\r\n}', '{\n "id": 1\n}'],
    ['had LF, with CRLF', '{\n "id": 1\n}', '{\r\n "id": 1\r\n}'],
  ]

  test.each(cases)('that %s', async (_, sent, arrived) => {
    const request = github.request(Buffer.from(sent), { secret, now })
    const sources = { github: github({ secrets: secret }) }
    const text = await said({ sources, request: { ...request, body: Buffer.from(arrived) } })
    expect(text).toMatch(/right for another form of this body: .* on its way/)
  })

  test('that says something else is not explained away', async () => {
    const request = github.request(Buffer.from('{"id":1}'), { secret, now })
    const sources = { github: github({ secrets: secret }) }
    for (const arrived of ['{"id":2}', '{"id":1,"a":1}', '[{"id":1}]', '', '\0', '[[[[']) {
      expect(await said({ sources, request: { ...request, body: Buffer.from(arrived) } })).toBe(
        'nothing',
      )
    }
  })

  test('that is large is not looked into', async () => {
    const large = Buffer.from(JSON.stringify({ text: 'a'.repeat(70_000) }))
    const request = github.request(large, { secret, now })
    const sources = { github: github({ secrets: secret }) }
    const arrived = Buffer.concat([large, Buffer.from('\n')])
    expect(await said({ sources, request: { ...request, body: arrived } })).toBe('nothing')
  })
})

describe('the clock', () => {
  test.each([
    [-3_600, /made 3600 s before this machine's time. This clock is ahead, or/],
    [7_200, /made 7200 s after this machine's time. This clock is behind/],
  ])('off by %i s is measured', async (seconds, words) => {
    const request = signedBy(secret, now + seconds)
    expect(await said({ sources: { stripe: stripe({ secrets: secret }) }, request })).toMatch(words)
  })

  test('is measured by the time that is signed, whatever else looks like one', async () => {
    const request = standardwebhooks.request(body, {
      secret: 'whsec_c2VjcmV0LXNlY3JldA==',
      now: now - 900,
    })
    const headers = [['x-request-start', String(now)], ...request.headers] as const
    const sources = { standard: standardwebhooks({ secrets: 'whsec_c2VjcmV0LXNlY3JldA==' }) }
    expect(await said({ sources, request: { ...request, headers } })).toContain('made 900 s before')
  })

  test('is not blamed where the signature is wrong too', async () => {
    const request = signedBy(otherSecret, now - 3_600)
    expect(await said({ sources: { stripe: stripe({ secrets: secret }) }, request })).toBe(
      'nothing',
    )
  })
})

describe('the URL', () => {
  const set = 'https://example.com/webhooks/square'

  test.each([
    ['http://example.com/webhooks/square', 'with http: in place of https:'],
    ['https://example.com/webhooks/square/', 'slash'],
    ['https://example.com:443/webhooks/square', 'with the port'],
    ['https://shop.example.com/webhooks/square', 'with the host of the request'],
  ])('registered as %s is found', async (registered, words) => {
    const request = square.request(body, { secret, now, settings: { publicUrl: registered } })
    const arrived = { ...request, url: 'http://shop.example.com/webhooks/square' }
    const sources = { square: square({ secrets: secret }) }
    const situation = { sources, request: arrived, publicUrl: 'https://example.com' }
    const text = await said(situation)
    expect(text).toContain('right for another URL')
    expect(text).toContain(words)
    expect(text).toContain('settings.publicUrl')
  })

  test('is not tried where it is not signed', async () => {
    const acme = custom({ name: 'acme', signature: { header: 'X', signed: '{url}{body}' } })
    const request = acme.request(body, { secret, now, settings: { publicUrl: `${set}/` } })
    const sources = { github: github({ secrets: secret }) }
    const headers = [['X-Hub-Signature-256', `sha256=${request.headers[0]?.[1]}`]] as const
    expect(await said({ sources, request: { ...request, headers }, publicUrl: set })).toBe(
      'nothing',
    )
  })
})

test('a source is looked into only so often in a minute, and others beside it', () => {
  const budget = new Map()
  const take = (source: string, atMs: number) => takeDiagnosis(budget, source, atMs)
  const taken = Array.from({ length: 1_000 }, () => take('stripe', 0)).filter(Boolean)
  expect(taken).toHaveLength(diagnosesPerMinuteMax)
  expect(take('github', 0)).toBe(true)
  expect(take('stripe', 59_999)).toBe(false)
  expect(take('stripe', 60_000)).toBe(true)
})
