import { EventWebhook } from '@sendgrid/eventwebhook'
import { describe, expect, test } from 'vitest'
import { newKeyPair, signKeyPair } from '../../signing/key-pair.ts'
import { discord } from '../discord.ts'
import { sendgrid } from '../sendgrid.ts'

const now = 1_700_000_000

describe('SendGrid', () => {
  // The vectors of @sendgrid/eventwebhook 8.0.0. Bodies end in CRLF, and have it between two
  // events.
  const one = {
    secret:
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==',
    signature:
      'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=',
    timestamp: '1600112502',
    body:
      '[{"email":"hello@world.com","event":"dropped","reason":"Bounced ' +
      'Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n',
  }
  const many = {
    secret:
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEQ4LIFtWztlsF7skFqOncjD1lun4H5w8XOhyOArHW9RcIx/FfEzx6cikC/yPfUvwaX/JScE7Fc9CJD2afQ9Ok3Q==',
    signature:
      'MEYCIQC/I4o6vCgqRYrTljjoVWB/GRWNtxeePlLMHr3x9ETeRQIhAIpV+03nREPTTHWSW0wIOA0EoMPdcNgXa70yCaqDJlu5',
    timestamp: '1619651159',
    body: '[{"email":"invalid@gmail.com","event":"processed","send_at":0,"sg_event_id":"cHJvY2Vzc2VkLTE5OTQyMTEyLXFOd0JMZ1BRUWpXNkRKdktRd1NBYnctMA","sg_message_id":"qNwBLgPQQjW6DJvKQwSAbw.filterdrecv-canary-547b64655b-cw6zx-1-6089EA4A-56.0","smtp-id":"<qNwBLgPQQjW6DJvKQwSAbw@ismtpd0178p1mdw1.sendgrid.net>","timestamp":1619651146},\r\n{"email":"invalid@gmail.com","event":"bounce","ip":"167.89.101.76","reason":"552 5.2.2 The email account that you tried to reach is over quota and inactive. Please direct the recipient to https://support.google.com/mail/?p=OverQuotaPerm c17si1130468pgv.34 - gsmtp","sg_event_id":"Ym91bmNlLTAtMTk5NDIxMTItcU53QkxnUFFRalc2REp2S1F3U0Fidy0w","sg_message_id":"qNwBLgPQQjW6DJvKQwSAbw.filterdrecv-canary-547b64655b-cw6zx-1-6089EA4A-56.0","smtp-id":"<qNwBLgPQQjW6DJvKQwSAbw@ismtpd0178p1mdw1.sendgrid.net>","status":"5.2.2","timestamp":1619651147,"tls":1,"type":"blocked"}]\r\n',
  }
  const verify = (vector: typeof one, body = vector.body) =>
    sendgrid.verify(
      {
        method: 'POST',
        url: '/',
        headers: [
          ['X-Twilio-Email-Event-Webhook-Signature', vector.signature],
          ['X-Twilio-Email-Event-Webhook-Timestamp', vector.timestamp],
        ],
        body: Buffer.from(body),
      },
      { secrets: [vector.secret], now: Number(vector.timestamp) },
    )

  test.each([one, many])('accepts the published request of $timestamp', async (vector) => {
    expect(await verify(vector)).toMatchObject({ ok: true, bodyAuthenticated: true })
    expect(await verify(vector, vector.body.trimEnd())).toMatchObject({ ok: false })
    expect(await verify({ ...vector, secret: (vector === one ? many : one).secret })).toEqual({
      ok: false,
      reason: 'signature_mismatch',
    })
  })

  test('each event is one of its own, with the bytes it came in', async () => {
    const outcome = await verify(many)
    if (!outcome.ok) throw new Error('It verifies.')
    expect(outcome.events?.map(({ type, dedupeKey }) => [type, dedupeKey])).toEqual([
      ['processed', 'cHJvY2Vzc2VkLTE5OTQyMTEyLXFOd0JMZ1BRUWpXNkRKdktRd1NBYnctMA'],
      ['bounce', 'Ym91bmNlLTAtMTk5NDIxMTItcU53QkxnUFFRalc2REp2S1F3U0Fidy0w'],
    ])
    for (const { body } of outcome.events ?? []) expect(many.body).toContain(body.toString())
  })

  test('the key may be kept as PEM', async () => {
    const { secret, signingSecret } = sendgrid.newSecrets()
    const lines = (secret.match(/.{1,64}/g) ?? []).join('\n')
    const pem = `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`
    const request = sendgrid.request(Buffer.from('[]'), { secret: signingSecret, now })
    const verify = (key: string) => sendgrid.verify(request, { secrets: [key], now })
    expect(await verify(pem)).toMatchObject({ ok: true })
    expect(await verify(pem.replace(lines, lines.slice(0, -8)))).toMatchObject({ ok: false })
  })

  test('a key of another curve or kind is no key', async () => {
    const body = Buffer.from('[]')
    const { publicKey } = newKeyPair('ed25519')
    const secret = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
    const { signingSecret } = sendgrid.newSecrets()
    const request = sendgrid.request(body, { secret: signingSecret, now })
    expect(await sendgrid.verify(request, { secrets: [secret], now })).toMatchObject({ ok: false })
  })

  test('the body is verified as bytes, which the official package decodes first', async () => {
    const { secret, signingSecret } = sendgrid.newSecrets()
    const bytes = (hex: string) =>
      Buffer.concat([Buffer.from('[{"a":"'), Buffer.from(hex, 'hex'), Buffer.from('"}]')])
    const request = sendgrid.request(bytes('efbfbd'), { secret: signingSecret, now })
    const changed = { ...request, body: bytes('ff') }
    const webhook = new EventWebhook()
    const key = webhook.convertPublicKeyToECDSA(secret)
    const [[, signature = ''] = [], [, timestamp = ''] = []] = request.headers
    expect(webhook.verifySignature(key, changed.body, signature, timestamp)).toBe(true)
    const context = { secrets: [secret], now }
    expect(await sendgrid.verify(changed, context)).toMatchObject({ ok: false })
    expect(await sendgrid.verify(request, context)).toMatchObject({ ok: true })
  })
})

describe('Discord', () => {
  const { secret, signingSecret } = discord.newSecrets()
  const context = { secrets: [secret], now }
  const ping = (body: string, signer = signingSecret) =>
    discord.handshake?.(discord.request(Buffer.from(body), { secret: signer, now }), context)

  test('a ping is answered, that of interactions in its own way', async () => {
    const headers = { 'content-type': 'application/json' }
    expect(await ping('{"version":1,"application_id":"1","type":0}')).toEqual({
      status: 204,
      headers,
    })
    expect(await ping('{"application_id":"1","id":"2","token":"t","type":1,"version":1}')).toEqual({
      status: 200,
      headers,
      body: '{"type":1}',
    })
  })

  test('a ping signed by another is not answered, and is refused with 401', async () => {
    const other = discord.newSecrets().signingSecret
    expect(await ping('{"version":1,"application_id":"1","type":0}', other)).toBeNull()
    expect(discord.reply.refusedStatus).toBe(401)
  })

  test('an event is no ping', async () => {
    expect(await ping('{"type":1,"event":{"type":"ENTITLEMENT_CREATE"}}')).toBeNull()
    expect(await ping('{"type":2,"data":{"name":"hello"}}')).toBeNull()
    expect(await ping('not JSON')).toBeNull()
  })

  test('a public key in upper case is the same key, and a placeholder is none', async () => {
    const body = Buffer.from('{}')
    const request = discord.request(body, { secret: signingSecret, now })
    const verify = (key: string) => discord.verify(request, { secrets: [key], now })
    expect(await verify(secret.toUpperCase())).toMatchObject({ ok: true })
    expect(await verify('0'.repeat(64))).toEqual({ ok: false, reason: 'secret_missing' })
  })

  test.each(['1700000000abc', '01700000000', '1.7e9', ''])(
    'the time %j is refused although it is signed',
    async (timestamp) => {
      const { publicKey, privateKey } = newKeyPair('ed25519')
      const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
      const body = Buffer.from('{}')
      const signature = signKeyPair('ed25519', privateKey, [timestamp, body]).toString('hex')
      const headers = [
        ['X-Signature-Ed25519', signature],
        ['X-Signature-Timestamp', timestamp],
      ] as const
      const request = { method: 'POST', url: '/', headers, body }
      const outcome = await discord.verify(request, { secrets: [key], now })
      expect(outcome).toMatchObject({ ok: false })
    },
  )

  test('the tolerance that is set counts in both directions', async () => {
    const request = discord.request(Buffer.from('{}'), { secret: signingSecret, now })
    const verify = (at: number, toleranceSeconds?: number) =>
      discord.verify(request, {
        secrets: [secret],
        now: at,
        ...(toleranceSeconds !== undefined && { settings: { toleranceSeconds } }),
      })
    expect(await verify(now + 900)).toMatchObject({ ok: true })
    expect(await verify(now + 900, 10)).toEqual({ ok: false, reason: 'timestamp_too_old' })
    expect(await verify(now - 301)).toEqual({ ok: false, reason: 'timestamp_in_future' })
    expect(await verify(now - 600, 600)).toMatchObject({ ok: true })
  })
})
