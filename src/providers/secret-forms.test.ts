/** The forms in which companies hand out their secrets, and what each makes of them. */
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { polar } from './polar.ts'
import type { SourceProvider } from './provider.ts'
import { supabase } from './supabase.ts'

const now = 1_700_000_000
const body = '{"type":"order.paid"}'
const base64 = Buffer.alloc(32, 'k').toString('base64')

/**
 * A request that is signed with the base64 of a key, as the specification's own package does it.
 */
function signedWith(key: string) {
  const signature = new Webhook(key).sign('msg_1', new Date(now * 1000), body)
  return {
    method: 'POST',
    url: '/',
    headers: [
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', String(now)],
      ['webhook-signature', signature],
    ] as const,
    body: Buffer.from(body),
  }
}

function isAccepted(provider: SourceProvider, secret: string, key: string) {
  const outcome = provider.verify(signedWith(key), { secrets: ['another', secret], now })
  return !(outcome instanceof Promise) && outcome.ok && outcome.secretIndex === 1
}

const textKey = (secret: string) => Buffer.from(secret).toString('base64')

describe('a secret of Supabase', () => {
  test.each([`v1,whsec_${base64}`, `whsec_${base64}`, base64])('is taken as %s', (secret) => {
    expect(isAccepted(supabase, secret, base64)).toBe(true)
    expect(isAccepted(supabase, secret, textKey(secret))).toBe(false)
  })

  test('is none where it is only its prefix', () => {
    for (const secret of ['v1,whsec_', 'whsec_', 'v1,']) {
      expect(isAccepted(supabase, secret, textKey(secret))).toBe(false)
    }
  })
})

describe('a secret of Polar', () => {
  test.each(['polar_whs_abc/def', `whsec_${base64}`, 'of one’s own'])(
    'is a key by its text: %s',
    (secret) => {
      expect(isAccepted(polar, secret, textKey(secret))).toBe(true)
    },
  )

  test('is a key decoded, too', () => {
    expect(isAccepted(polar, `whsec_${base64}`, base64)).toBe(true)
    expect(isAccepted(polar, `whsec_${base64}`, textKey(base64))).toBe(false)
  })

  test('is none where it is only its prefix', () => {
    for (const secret of ['polar_whs_', 'whsec_']) {
      expect(isAccepted(polar, secret, textKey(secret))).toBe(false)
    }
  })
})
