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
    ['sk_live_0123456789abcdef', 'looks like an API key'],
    ['pk_test_0123456789abcdef', 'looks like an API key'],
    ['sk-proj-0123456789abcdefghijkl', 'looks like an API key'],
    ['ghp_0123456789abcdef0123', 'looks like an API key'],
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

  test('that are right give no warning, nor does an API key where that is what signs', () => {
    expect(warnings(stripe({ secrets: stripe.newSecret() }))).toEqual([])
    expect(warnings(paystack({ secrets: 'sk_live_0123456789abcdef' }))).toEqual([])
    expect(warnings(stripe())).toEqual([])
  })
})
