import { describe, expect, test } from 'vitest'
import { findKeys, isSecretKind, recogniseKey, recogniseKeys } from './key-shapes.ts'

// Made as the tests run, so that no file here holds anything that looks like a key.
const mixed = 'aB3dE5gH7jK9mN2pQ4sT6vW8yZ1'
const letters = (count: number) => mixed.repeat(10).slice(0, count)
const hex = (count: number) => '0f1e2d3c4b5a69788796a5b4c3d2e1f0'.repeat(4).slice(0, count)
const capitals = (count: number) => 'Q7WER2TYU3IOP4AS'.repeat(3).slice(0, count)
const base64 = (text: string) => Buffer.from(text).toString('base64')
const token = (claims: object) =>
  [{ alg: 'HS256', typ: 'JWT' }, claims, letters(43)]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
const pem = (type: string) =>
  [`-----BEGIN ${type}PRIVATE KEY-----`, letters(64), `-----END ${type}PRIVATE KEY-----`].join('\n')

const keys: [name: string, key: string, kind: string][] = [
  ['Stripe test secret key', `sk_test_${letters(24)}`, 'api-key'],
  ['Stripe live secret key', `sk_live_51${letters(97)}`, 'api-key'],
  ['Stripe live restricted key', `rk_live_${letters(24)}`, 'api-key'],
  ['Stripe live publishable key', `pk_live_${letters(24)}`, 'publishable-key'],
  ['Stripe webhook secret', `whsec_${letters(32)}`, 'webhook-secret'],
  ['Stripe webhook secret', `whsec_${hex(64)}`, 'webhook-secret'],
  ['Clerk live secret key', `sk_live_${letters(42)}`, 'api-key'],
  ['Clerk test publishable key', `pk_test_${base64('a.clerk.accounts.dev$')}`, 'publishable-key'],
  ['Paystack live secret key', `sk_live_${hex(40)}`, 'api-key'],
  ['Standard webhook secret', `whsec_${letters(43)}=`, 'webhook-secret'],
  ['OpenAI project key', `sk-proj-${letters(80)}`, 'api-key'],
  ['OpenAI service account key', `sk-svcacct-${letters(80)}`, 'api-key'],
  ['OpenAI user key', `sk-${letters(20)}T3BlbkFJ${letters(20)}`, 'api-key'],
  ['Anthropic API key', `sk-ant-api03-${letters(95)}`, 'api-key'],
  ['Resend API key', `re_${letters(8)}_${letters(24)}`, 'api-key'],
  ['Twilio account SID', `AC${hex(32)}`, 'account-id'],
  ['Twilio API key SID', `SK${hex(32)}`, 'account-id'],
  ['GitHub personal access token', `ghp_${letters(36)}`, 'api-key'],
  ['GitHub OAuth token', `gho_${letters(36)}`, 'api-key'],
  ['GitHub installation token', `ghs_${letters(36)}`, 'api-key'],
  ['GitHub fine-grained token', `github_pat_${letters(22)}_${letters(59)}`, 'api-key'],
  ['GitLab personal access token', `glpat-${letters(20)}`, 'api-key'],
  ['Slack bot token', `xoxb-123456789012-123456789012-${letters(24)}`, 'api-key'],
  ['Slack app-level token', `xapp-1-A0B1C2D3E4-123456789012-${hex(64)}`, 'api-key'],
  ['Twilio SendGrid API key', `SG.${letters(22)}.${letters(43)}`, 'api-key'],
  ['Shopify admin token', `shpat_${hex(32)}`, 'api-key'],
  ['Shopify app secret', `shpss_${hex(32)}`, 'api-key'],
  ['Square access token', `EAAA${letters(60)}`, 'api-key'],
  ['Square live OAuth secret', `sq0csp-${letters(43)}`, 'api-key'],
  ['Paddle live API key', `pdl_live_apikey_${hex(26)}_${letters(22)}_${letters(3)}`, 'api-key'],
  ['Paddle webhook secret', `pdl_ntfset_${hex(26)}_${letters(32)}`, 'webhook-secret'],
  ['Paddle test client-side token', `test_${hex(27)}`, 'publishable-key'],
  ['Mollie live API key', `live_${letters(30)}`, 'api-key'],
  ['AWS access key', `AKIA${capitals(16)}`, 'api-key'],
  ['Google API key', `AIza${letters(35)}`, 'api-key'],
  ['A private key', pem(''), 'private-key'],
  ['A private key', pem('RSA '), 'private-key'],
  ['RevenueCat secret key', `sk_${letters(32)}`, 'api-key'],
  ['RevenueCat App Store key', `appl_${letters(27)}`, 'publishable-key'],
  ['RevenueCat Google Play key', `goog_${letters(27)}`, 'publishable-key'],
  ['Linear API key', `lin_api_${letters(40)}`, 'api-key'],
  ['Linear webhook secret', `lin_wh_${letters(43)}`, 'webhook-secret'],
  ['Telegram bot token', `123456789:AA${letters(33)}`, 'api-key'],
  ['Mailgun API key', `key-${hex(32)}`, 'api-key'],
  ['Supabase secret key', `sb_secret_${letters(22)}_${letters(8)}`, 'api-key'],
  ['Supabase service role key', token({ role: 'service_role' }), 'api-key'],
  ['Supabase anonymous key', token({ role: 'anon' }), 'publishable-key'],
  [
    'Lemon Squeezy API key',
    token({ aud: '94d59cef-dbb8-4ea5-b178-d2540fcd6919', jti: hex(64) }),
    'api-key',
  ],
  ['Polar organization token', `polar_oat_${letters(43)}`, 'api-key'],
  ['Polar webhook secret', `polar_whs_${letters(43)}`, 'webhook-secret'],
  ['Vercel AI gateway key', `vck_${letters(56)}`, 'api-key'],
  [
    'HubSpot private app token',
    `pat-na1-${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`,
    'api-key',
  ],
  ['Flutterwave test secret key', `FLWSECK_TEST-${hex(32)}-X`, 'api-key'],
  ['Svix live API key', `sk_${letters(32)}.eu`, 'api-key'],
]

describe.each(keys)('a %s', (name, key, kind) => {
  test('is known by itself', () => {
    expect(recogniseKey(key)).toMatchObject({ name, kind })
  })

  test('is found in code, in a string with line ends, and in an address', () => {
    const places = [`const key = '${key}'`, `KEY=${key}\n`, `"a\\n${key}"`, `?key=${key}&a=b`]
    for (const text of places) {
      const [found] = findKeys(text)
      expect(found?.key.name, text).toBe(name)
      expect(key.startsWith(found?.value ?? '-'), text).toBe(true)
    }
  })

  test('is not found in the middle of a word', () => {
    expect(
      [...findKeys(`Z${key}`), ...findKeys(`z_${key}`)].map((found) => found.key.name),
    ).toEqual([])
  })
})

test('a mode is told where the key shows it', () => {
  expect(recogniseKey(`sk_live_${letters(24)}`)?.mode).toBe('live')
  expect(recogniseKey(`sk_test_${letters(24)}`)?.mode).toBe('test')
  expect(recogniseKey(`pdl_sdbx_apikey_${hex(26)}_${letters(22)}_abc`)?.mode).toBe('test')
  expect(recogniseKey(`whsec_${letters(32)}`)?.mode).toBeUndefined()
})

test('a webhook secret that several companies could have made is said to be of each', () => {
  const providers = recogniseKeys(`whsec_${letters(32)}`).map(({ provider }) => provider)
  expect(providers).toEqual(['stripe', 'standardwebhooks'])
})

test('a key that is cut off is known by its beginning, unless others begin the same', () => {
  expect(recogniseKey('sk_live_abc')).toMatchObject({ provider: 'stripe', mode: 'live' })
  expect(recogniseKey('sk-proj-abc')).toMatchObject({ provider: 'openai' })
  expect(recogniseKey('test_abc')).toBeUndefined()
  expect(recogniseKey('sk_abc')).toBeUndefined()
})

test('a value that only its name tells apart is known under that name alone', () => {
  expect(recogniseKey(hex(32), 'TWILIO_AUTH_TOKEN')).toMatchObject({ provider: 'twilio' })
  expect(recogniseKey(hex(32), 'ETAG')).toBeUndefined()
  expect(recogniseKey(hex(32))).toBeUndefined()
})

test('a Google key is no secret beside the settings of Firebase', () => {
  const key = `AIza${letters(35)}`
  expect([...findKeys(`{ apiKey: '${key}', authDomain: 'a.firebaseapp.com' }`)]).toEqual([])
  expect([...findKeys(`const gemini = '${key}'`)]).toHaveLength(1)
})

test.each([
  ['prose', 'a task-based approach to risk-taking, more_re_sending, sk_test_ and whsec_…'],
  ['a public key', `-----BEGIN PUBLIC KEY-----\n${letters(64)}`],
  ['the marker of a private key by itself', "text.includes('-----BEGIN PRIVATE KEY-----')"],
  ['a hash', hex(40)],
  ['snake case of the right length', 're_delivery_to_the_other_endpoint_again'],
  ['a token of nobody we know', token({ sub: 'user_1' })],
  ['an image', `data:image/png;base64,${letters(200)}`],
])('%s is no key', (_, text) => {
  expect([...findKeys(text)]).toEqual([])
})

test('a value that is too long is no key, and a long text takes no long time', () => {
  expect(recogniseKey(`sk_live_${letters(24)}${' '.repeat(20_000)}x`)).toBeUndefined()
  const hostile = ['sk_live_'.repeat(40_000), `eyJ${'a'.repeat(400_000)}`, 'EAA'.repeat(100_000)]
  const from = performance.now()
  for (const text of hostile) expect([...findKeys(text)]).toEqual([])
  expect(performance.now() - from).toBeLessThan(5_000)
})

test('what anybody may see is no secret', () => {
  expect(isSecretKind('publishable-key')).toBe(false)
  expect(isSecretKind('account-id')).toBe(false)
  expect(isSecretKind('api-key')).toBe(true)
})
