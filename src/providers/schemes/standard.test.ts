import { describe, expect, test } from 'vitest'
import { newStandardKeyPair } from '../../signing/standard.ts'
import { openai } from '../openai.ts'
import { standardwebhooks } from '../standardwebhooks.ts'

const now = 1_700_000_000
const body = Buffer.from('{"type":"invoice.paid"}')

describe('Standard Webhooks by a key pair', () => {
  const { publicSecret, privateSecret } = newStandardKeyPair()
  const request = standardwebhooks.request(body, { secret: privateSecret, now, id: 'msg_1' })

  test('the receiver is given the public key, beside a shared secret or alone', () => {
    const shared = standardwebhooks.newSecret()
    const context = { secrets: [shared, publicSecret], now }
    const outcome = { ok: true, secretIndex: 1, bodyAuthenticated: true, dedupeKey: 'msg_1' }
    expect(standardwebhooks.verify(request, context)).toMatchObject(outcome)
    expect(standardwebhooks.verify(request, { secrets: [shared], now })).toMatchObject({
      ok: false,
    })
  })

  test('the public key as a shared secret makes nothing that is accepted', () => {
    for (const provider of [standardwebhooks, openai]) {
      const secret = `whsec_${publicSecret.slice('whpk_'.length)}`
      const forged = provider.request(body, { secret, now, id: 'msg_1' })
      const context = { secrets: [publicSecret], now }
      expect(provider.verify(forged, context)).toMatchObject({ ok: false })
      expect(provider.verify(forged, { secrets: [secret], now })).toMatchObject({ ok: true })
    }
  })
})
