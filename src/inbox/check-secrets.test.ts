import { describe, expect, test } from 'vitest'
import type { LogFields } from '../base/log.ts'
import { paystack, type SourceDefinition, stripe } from '../providers/index.ts'
import { checkSecrets } from './check-secrets.ts'
import { makeSources } from './testing/inbox.ts'

/** What is warned of at start. @throws what refuses the start. */
function warnings(definition: SourceDefinition): string[] {
  const details: string[] = []
  const warn = (_: string, { detail }: LogFields = {}) => void details.push(String(detail))
  const source = makeSources({ shop: definition }).get('shop')
  if (source) checkSecrets(source, { info() {}, warn, error() {} })
  return details
}

function thrownBy(act: () => void): { code: string; message: string } | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    return error as { code: string; message: string } // only ours are thrown
  }
}

describe('the secrets of a source at start', () => {
  test('of white space refuse it, with its name', () => {
    for (const secrets of [' ', '\n', ['whsec_0123456789abcdef', '\t ']]) {
      expect(() => warnings(stripe({ secrets }))).toThrow(
        expect.objectContaining({
          code: 'config_invalid',
          message: expect.stringContaining("'shop'"),
        }),
      )
    }
  })

  test.each([
    ['whsec_abc', 'fewer than 16 characters'],
    ['whsec_0123456789abcdef ', 'white space around it'],
    ['"whsec_0123456789abcdef"', 'quotation marks'],
  ])('%j are warned of with the name and never the value: %s', (secret, words) => {
    const [warning = '', ...others] = warnings(
      stripe({ secrets: ['whsec_good_0123456789', secret] }),
    )
    expect(others).toEqual([])
    expect(warning).toContain("'shop'")
    expect(warning).toContain('STRIPE_WEBHOOK_SECRET')
    expect(warning).toContain(words)
    expect(warning).not.toContain(secret.trim().slice(4, 12))
  })

  test.each([
    ['sk_live_0123456789abcdef', 'this is test mode'],
    ['sk_test_0123456789abcdef', "a webhook's signing secret belongs there"],
    ['pk_test_0123456789abcdef', 'anybody may see'],
    ['sk-proj-0123456789abcdefghijkl', "a webhook's signing secret belongs there"],
    ['ghp_0123456789abcdef0123', "a webhook's signing secret belongs there"],
  ])('%j refuse the start, never with the value: %s', (secret, words) => {
    const said = thrownBy(() => warnings(stripe({ secrets: secret })))
    expect(said).toMatchObject({ code: 'key_refused' })
    expect(said?.message).toContain('STRIPE_WEBHOOK_SECRET')
    expect(said?.message).toContain(words)
    expect(said?.message).not.toContain(secret.slice(8))
  })

  test('of a live key refuse a source in test mode, and of a test key one in live mode', () => {
    const [live, test] = ['sk_live_0123456789abcdef', 'sk_test_0123456789abcdef']
    expect(warnings(paystack({ secrets: live, mode: 'live' }))).toEqual([])
    expect(warnings(paystack({ secrets: test, mode: 'test' }))).toEqual([])
    const refused = { code: 'key_refused' }
    expect(thrownBy(() => warnings(paystack({ secrets: live })))).toMatchObject(refused)
    expect(thrownBy(() => warnings(paystack({ secrets: test, mode: 'live' })))).toMatchObject(
      refused,
    )
  })

  test('that are right give no warning, and neither does none', () => {
    expect(warnings(stripe({ secrets: stripe.newSecret() }))).toEqual([])
    expect(warnings(stripe())).toEqual([])
  })
})
