import { createRequire } from 'node:module'
import MessageValidator from 'sns-validator'
import { beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../base/json.ts'
import { readBundle } from '../../signing/certificate.ts'
import { newKeyPair, signKeyPair } from '../../signing/key-pair.ts'
import { awsSns } from '../aws-sns.ts'
import type { ProviderSettings, VerifyContext, WebhookRequest } from '../request.ts'
import { type Answers, leafOf, network } from '../testing/network.ts'

const now = 1_700_000_000
const certificateUrl = 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-hookline.pem'
const topicArn = 'arn:aws:sns:us-east-1:123456789012:orders'
const { signingSecret } = awsSns.newSecrets()
const certificate = leafOf(signingSecret)
const genuine = { [certificateUrl]: certificate }

const notification = { Type: 'Notification', TopicArn: topicArn, Message: 'Grüße\nand more' }
const subscription = {
  Type: 'SubscriptionConfirmation',
  TopicArn: topicArn,
  Message: 'You have chosen to subscribe.',
  Token: '2336412f',
  SubscribeURL: 'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f',
}

function signed(fields: object, at = now): WebhookRequest {
  const body = Buffer.from(JSON.stringify(fields))
  return awsSns.request(body, { secret: signingSecret, now: at, id: '22b80b92-fdea' })
}

function context(answers: Answers, settings: ProviderSettings = {}) {
  return { secrets: [], now, settings, fetch: network(answers) }
}

function envelopeOf({ body }: WebhookRequest): JsonObject {
  return JSON.parse(Buffer.from(body).toString())
}

/** The request with other fields, its signature left as it is. */
function changed(request: WebhookRequest, fields: object): WebhookRequest {
  return { ...request, body: Buffer.from(JSON.stringify({ ...envelopeOf(request), ...fields })) }
}

const verify = (request: WebhookRequest, trial: VerifyContext = context(genuine)) =>
  awsSns.verify(request, trial)

describe('judged by sns-validator', () => {
  beforeAll(() => {
    // It has no way to be handed a certificate, so its module of the network is told what is there.
    const https = createRequire(import.meta.url)('node:https')
    const { Readable } = createRequire(import.meta.url)('node:stream')
    https.get = (url: string, answer: (response: unknown) => void) => {
      const found = url === certificateUrl
      answer(
        Object.assign(Readable.from(found ? [certificate] : []), { statusCode: found ? 200 : 404 }),
      )
      return { on() {} }
    }
  })

  const judge = ({ body }: WebhookRequest) =>
    new Promise<boolean>((done) =>
      new MessageValidator().validate(Buffer.from(body).toString(), (error) => done(!error)),
    )

  test.each([
    ['version 1', { ...notification, SignatureVersion: '1' }],
    ['version 2', { ...notification, SignatureVersion: '2' }],
    ['a subject', { ...notification, Subject: 'Paid' }],
    ['no subject', { ...notification, Subject: null }],
    ['a subscription', subscription],
  ])('both accept what is signed here with %s, and nothing changed', async (_title, fields) => {
    const request = signed(fields)
    const wrong = changed(request, { Message: 'other' })
    expect([await judge(request), (await verify(request)).ok]).toEqual([true, true])
    expect([await judge(wrong), (await verify(wrong)).ok]).toEqual([false, false])
  })
})

describe('an envelope', () => {
  test.each(['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Subject', 'SubscribeURL', 'Token'])(
    'is refused where %s was changed, added or left out',
    async (name) => {
      const full = { ...subscription, ...(name === 'Subject' && { ...notification, Subject: 's' }) }
      const request = signed(full)
      expect(await verify(request)).toMatchObject({ ok: true })
      const value = String(envelopeOf(request)[name])
      const other = name === 'Timestamp' ? '2023-11-14T22:13:21.000Z' : `${value}x`
      expect(await verify(changed(request, { [name]: other }))).toMatchObject({ ok: false })
      expect(await verify(changed(request, { [name]: undefined }))).toMatchObject({ ok: false })
    },
  )

  test('is not given another type, whose fields are others', async () => {
    const request = signed(subscription)
    for (const Type of ['Notification', 'UnsubscribeConfirmation', 'constructor', '', undefined]) {
      expect(await verify(changed(request, { Type }))).toMatchObject({ ok: false })
    }
  })

  test('whose text holds lines as of other fields is not cut in another way', async () => {
    const Message = 'a\nMessageId\nforged\nSubject\nb'
    const request = signed({ ...notification, Message, MessageId: 'genuine' })
    expect(await verify(request)).toMatchObject({ ok: true, dedupeKey: 'genuine' })
    const cut = changed(request, {
      Message: 'a',
      MessageId: 'forged',
      Subject: 'b\nMessageId\ngenuine',
    })
    expect(await verify(cut)).toEqual({ ok: false, reason: 'body_malformed' })
  })

  test('holds text alone: no value is made of another kind', async () => {
    const request = signed({ ...notification, Message: '1' })
    for (const Message of [1, ['1'], { toString: '1' }, null, true]) {
      expect(await verify(changed(request, { Message }))).toMatchObject({ ok: false })
    }
  })

  test('that ends a subscription may be signed with its token or without', async () => {
    const ended = { ...subscription, Type: 'UnsubscribeConfirmation' }
    const request = signed(ended)
    expect(await verify(request)).toMatchObject({ ok: true, type: 'UnsubscribeConfirmation' })
    const names = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'TopicArn', 'Type']
    const envelope = envelopeOf(request)
    const text = names.map((name) => `${name}\n${envelope[name]}\n`).join('')
    const { privateKey } = readBundle(signingSecret)
    const Signature = signKeyPair('rsa-sha256', privateKey, [text]).toString('base64')
    expect(await verify(changed(request, { Signature }))).toMatchObject({ ok: true })
    expect(awsSns.parse(request.body)).not.toHaveProperty('Token')
  })

  test('gives a payload of what is signed, and of nothing else', () => {
    const request = changed(signed(notification), { UnsubscribeURL: 'https://evil.example', x: 1 })
    expect(awsSns.parse(request.body)).toEqual({
      ...notification,
      MessageId: '22b80b92-fdea',
      Timestamp: '2023-11-14T22:13:20.000Z',
    })
    expect(awsSns.parse(Buffer.from('[]'))).toBeUndefined()
    expect(awsSns.parse(Buffer.from('{"Type":"toString"}'))).toBeUndefined()
  })

  test('of another topic than the one that is set is refused, and nobody is asked', async () => {
    const trial = context(genuine, { topicArn: `${topicArn}-2` })
    expect(await verify(signed(notification), trial)).toEqual({
      ok: false,
      reason: 'claim_mismatch',
    })
    expect(trial.fetch.asked).toEqual([])
    expect(await verify(signed(notification), context(genuine, { topicArn }))).toMatchObject({
      ok: true,
    })
  })

  test.each([
    ['without a signature', { Signature: undefined }, 'signature_missing'],
    ['with a signature that is no base64', { Signature: 'AAA' }, 'signature_malformed'],
    ['with a signature that is no text', { Signature: ['AAAA'] }, 'signature_malformed'],
    ['of version 3', { SignatureVersion: '3' }, 'signature_malformed'],
    ['of a version that is a number', { SignatureVersion: 1 }, 'signature_malformed'],
    ['signed in version 2 and said to be 1', { SignatureVersion: '1' }, 'signature_mismatch'],
    ['without the address of a certificate', { SigningCertURL: undefined }, 'certificate_refused'],
    ['without a time', { Timestamp: undefined }, 'body_malformed'],
    ['with a time that is none', { Timestamp: 'yesterday' }, 'timestamp_malformed'],
  ])('%s is refused', async (_title, fields, reason) => {
    expect(await verify(changed(signed(notification), fields))).toEqual({ ok: false, reason })
  })
})

describe('the address of the certificate', () => {
  test.each([
    'http://sns.us-east-1.amazonaws.com/SimpleNotificationService-hookline.pem',
    'https://sns.us-east-1.amazonaws.com.evil.example/a.pem',
    'https://sns.us-east-1.amazonaws.com@evil.example/a.pem',
    'https://evil@sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com:8443/a.pem',
    'https://sns.s3-us-west-2.amazonaws.com/a.pem',
    'https://sns.s3.amazonaws.com/a.pem',
    'https://evil.us-east-1.amazonaws.com/a.pem',
    'https://xsns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com.uk/a.pem',
    'https://sns.us-east-1.amazonaws.com/?Action=GetTopicAttributes&x=.pem',
    'https://sns.us-east-1.amazonaws.com/a.pem?x=.pem',
    'https://sns.us-east-1.amazonaws.com/a.pem#.pem',
    'https://sns.us-east-1.amazonaws.com/a/b.pem',
    'https://sns.us-east-1.amazonaws.com/a.pem.txt',
    'https://sns.us-east-1.amazonaws.com/',
    'a.pem',
  ])('%s is refused, and nobody is asked', async (address) => {
    const trial = context({ ...genuine, [address]: certificate })
    const request = changed(signed(notification), { SigningCertURL: address })
    expect(await verify(request, trial)).toEqual({ ok: false, reason: 'certificate_refused' })
    expect(trial.fetch.asked).toEqual([])
  })

  test.each([
    'sns.us-gov-west-1.amazonaws.com',
    'sns.cn-north-1.amazonaws.com.cn',
    'sns.ap-southeast-2.amazonaws.com',
  ])('%s is one of Amazon', async (host) => {
    const address = `https://${host}/SimpleNotificationService-1.pem`
    const request = changed(signed(notification), { SigningCertURL: address })
    expect(await verify(request, context({ [address]: certificate }))).toMatchObject({ ok: true })
  })

  test('is asked for once, and not for a message that is too old', async () => {
    const trial = context(genuine)
    for (let index = 0; index < 3; index++) await verify(signed(notification), trial)
    expect(trial.fetch.asked).toEqual([certificateUrl])
    const fresh = context(genuine)
    expect(await verify(signed(notification, now - 43_201), fresh)).toMatchObject({
      reason: 'timestamp_too_old',
    })
    expect(fresh.fetch.asked).toEqual([])
  })

  test('with a certificate of another key, none at all or nothing there is refused', async () => {
    const other = { [certificateUrl]: leafOf(awsSns.newSecrets().signingSecret) }
    const trials = [
      [other, 'signature_mismatch'],
      [{ [certificateUrl]: '<xml/>' }, 'certificate_refused'],
      [{ [certificateUrl]: () => new Response('', { status: 403 }) }, 'certificate_unavailable'],
      [{}, 'certificate_unavailable'],
    ] as const
    for (const [answers, reason] of trials) {
      expect(await verify(signed(notification), context(answers))).toEqual({ ok: false, reason })
    }
    expect(await verify(signed(notification), { secrets: [], now })).toEqual({
      ok: false,
      reason: 'certificate_unavailable',
    })
  })
})

describe('a subscription', () => {
  const { SubscribeURL } = subscription
  const announced = (request: WebhookRequest): WebhookRequest => ({
    ...request,
    headers: [['X-Amz-Sns-Message-Type', 'SubscriptionConfirmation']],
  })
  const confirmed = { ...genuine, [SubscribeURL]: '<ConfirmSubscriptionResponse/>' }
  const handshake = (request: WebhookRequest, trial: VerifyContext) =>
    awsSns.handshake?.(announced(request), trial)

  test('to the topic that is set is confirmed', async () => {
    const trial = context(confirmed, { topicArn })
    expect(await handshake(signed(subscription), trial)).toEqual({ status: 200 })
    expect(trial.fetch.asked).toEqual([certificateUrl, SubscribeURL])
  })

  test('is asked for again where it could not be confirmed', async () => {
    const failing = { ...genuine, [SubscribeURL]: () => new Response('', { status: 500 }) }
    const trial = context(failing, { topicArn })
    expect(await handshake(signed(subscription), trial)).toEqual({ status: 503 })
  })

  test('is confirmed neither without a topic set, nor to another, nor unsigned', async () => {
    const forged = { ...signed(subscription) }
    const trials: [WebhookRequest, ProviderSettings][] = [
      [signed(subscription), {}],
      [signed(subscription), { topicArn: `${topicArn}-2` }],
      [changed(forged, { Token: 'x' }), { topicArn }],
      [signed(notification), { topicArn }],
    ]
    for (const [request, settings] of trials) {
      const trial = context(confirmed, settings)
      expect(await handshake(request, trial)).toBeNull()
      expect(trial.fetch.asked).not.toContain(SubscribeURL)
    }
    const quiet = context(confirmed, { topicArn })
    expect(await awsSns.handshake?.(signed(subscription), quiet)).toBeNull()
    expect(quiet.fetch.asked).toEqual([])
  })

  test('is never confirmed at another host', async () => {
    const elsewhere = 'https://evil.example/?Action=ConfirmSubscription'
    const trial = context({ ...genuine, [elsewhere]: '' }, { topicArn })
    const request = signed({ ...subscription, SubscribeURL: elsewhere })
    expect(await handshake(request, trial)).toBeNull()
    expect(trial.fetch.asked).toEqual([certificateUrl])
  })
})

test('the signature of another kind of key verifies nothing', async () => {
  const { privateKey } = newKeyPair('p256-der')
  const Signature = signKeyPair('p256-der', privateKey, ['x']).toString('base64')
  expect(await verify(changed(signed(notification), { Signature }))).toMatchObject({ ok: false })
})
