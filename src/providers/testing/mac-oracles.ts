/** The companies' packages for schemes that are a code over the bytes, beside other parts. */
import { Signature } from '@hubspot/api-client'
import Mux from '@mux/mux-node'
import { validateEvent, WebhookVerificationError } from '@polar-sh/sdk/webhooks'
import { verifySlackRequest } from '@slack/bolt'
import { Webhook as CoinbaseWebhook } from 'coinbase-commerce-node'
import { verifySignature } from 'gocardless-nodejs'
import { validateWebhookSignature } from 'razorpay/dist/utils/razorpay-utils.js'
import { WebhooksHelper } from 'square'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import twilioSdk from 'twilio'
import { publicUrl } from './options.ts'
import { accepts, header, type Oracle, resolves, text } from './oracle.ts'

const coinbaseCommerce: Oracle = {
  name: 'coinbase-commerce-node',
  sign: (body, { secret }) => [
    ['X-CC-Webhook-Signature', CoinbaseWebhook.computeSignature(body, secret)],
  ],
  verify: (request, { secret }) =>
    accepts(() =>
      CoinbaseWebhook.verifySigHeader(
        text(request),
        header(request, 'X-CC-Webhook-Signature'),
        secret,
      ),
    ),
}

const gocardless: Oracle = {
  name: 'gocardless-nodejs',
  verify: (request, { secret }) =>
    accepts(() =>
      verifySignature(Buffer.from(request.body), secret, header(request, 'Webhook-Signature')),
    ),
}

/** The package leaves it to its caller to decode some of the escapes. */
const decodedUrl = publicUrl.replace('%3A', ':')

const hubspot: Oracle = {
  name: '@hubspot/api-client',
  sign: (requestBody, { secret: clientSecret, now }) => {
    const timestamp = now * 1000
    const options = { clientSecret, requestBody, url: decodedUrl, timestamp, signature: '' }
    return [
      ['X-HubSpot-Request-Timestamp', String(timestamp)],
      ['X-HubSpot-Signature-v3', Signature.getSignature('POST', 'v3', options)],
    ]
  },
  verify: (request, { secret: clientSecret }) =>
    Signature.isValid({
      signatureVersion: 'v3',
      signature: header(request, 'X-HubSpot-Signature-v3'),
      timestamp: Number(header(request, 'X-HubSpot-Request-Timestamp')),
      method: request.method,
      url: decodedUrl,
      requestBody: text(request),
      clientSecret,
    }),
}

const muxWebhooks = new Mux({ tokenId: 'id', tokenSecret: 'secret' }).webhooks

const mux: Oracle = {
  name: '@mux/mux-node',
  verify: (request, { secret }) =>
    resolves(
      muxWebhooks.verifySignature(
        text(request),
        Object.fromEntries(lowerCase(request.headers)),
        secret,
      ),
    ),
}

const polar: Oracle = {
  name: '@polar-sh/sdk',
  sign: (body, { secret, now, id }) => {
    const webhook = new StandardWebhook(Buffer.from(secret).toString('base64'))
    return [
      ['webhook-id', id],
      ['webhook-timestamp', String(now)],
      ['webhook-signature', webhook.sign(id, new Date(now * 1000), body)],
    ]
  },
  verify(request, { secret }) {
    try {
      validateEvent(text(request), Object.fromEntries(request.headers), secret)
      return true
    } catch (error) {
      // Thrown later, for events that lack fields of the real ones, is another error.
      return !(error instanceof WebhookVerificationError)
    }
  },
}

const razorpay: Oracle = {
  name: 'razorpay',
  verify: (request, { secret }) =>
    validateWebhookSignature(text(request), header(request, 'X-Razorpay-Signature'), secret),
}

const slack: Oracle = {
  name: '@slack/bolt',
  verify: (request, { secret, now }) =>
    accepts(() =>
      verifySlackRequest({
        signingSecret: secret,
        body: text(request),
        headers: {
          'x-slack-signature': header(request, 'X-Slack-Signature'),
          'x-slack-request-timestamp': Number(header(request, 'X-Slack-Request-Timestamp')),
        },
        nowMilliseconds: now * 1000,
      }),
    ),
}

const square: Oracle = {
  name: 'square',
  verify: (request, { secret }) =>
    WebhooksHelper.verifySignature({
      requestBody: text(request),
      signatureHeader: header(request, 'x-square-hmacsha256-signature'),
      signatureKey: secret,
      notificationUrl: request.url,
    }),
}

const twilio: Oracle = {
  name: 'twilio',
  sign: (body, { secret }) => [
    ['X-Twilio-Signature', twilioSdk.getExpectedTwilioSignature(secret, publicUrl, fieldsOf(body))],
  ],
  verify: (request, { secret }) =>
    twilioSdk.validateRequest(
      secret,
      header(request, 'X-Twilio-Signature'),
      request.url,
      fieldsOf(text(request)),
    ),
}

function fieldsOf(body: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body))
}

function lowerCase(headers: readonly (readonly [string, string])[]) {
  return headers.map(([name, value]) => [name.toLowerCase(), value] as const)
}

/** By the title of the subject. */
export const macOracles: Readonly<Record<string, readonly Oracle[]>> = {
  'coinbase-commerce': [coinbaseCommerce],
  gocardless: [gocardless],
  hubspot: [hubspot],
  mux: [mux],
  polar: [polar],
  razorpay: [razorpay],
  slack: [slack],
  square: [square],
  twilio: [twilio],
}
