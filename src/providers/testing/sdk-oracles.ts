/** The webhook parts of companies' larger packages, each made with keys that are never used. */
import '@shopify/shopify-api/adapters/web-api'
import { verifyWebhook } from '@clerk/backend/webhooks'
import { LinearWebhookClient } from '@linear/sdk/webhooks'
import { Environment, Paddle } from '@paddle/paddle-node-sdk'
import { ApiVersion, shopifyApi } from '@shopify/shopify-api'
import OpenAI from 'openai'
import { Resend } from 'resend'
import type { WebhookRequest } from '../request.ts'
import { accepts, header, type Oracle, resolves, text } from './oracle.ts'

/** A request of the web, as these packages take it. */
function webRequest(request: WebhookRequest): Request {
  const { url, method, body } = request
  return new Request(url, { method, headers: pairs(request), body: Buffer.from(body) })
}

export const clerk: Oracle = {
  name: '@clerk/backend',
  verify: (request, { secret }) =>
    resolves(verifyWebhook(webRequest(request), { signingSecret: secret })),
}

const linear: Oracle = {
  name: '@linear/sdk',
  verify: (request, { secret }) =>
    accepts(() =>
      new LinearWebhookClient(secret).verify(
        Buffer.from(request.body),
        header(request, 'Linear-Signature'),
      ),
    ),
}

const openaiWebhooks = new OpenAI({ apiKey: 'sk-oracle' }).webhooks

const openai: Oracle = {
  name: 'openai',
  verify: (request, { secret }) =>
    resolves(openaiWebhooks.verifySignature(text(request), new Headers(pairs(request)), secret)),
}

const paddleWebhooks = new Paddle('oracle', { environment: Environment.sandbox }).webhooks

const paddle: Oracle = {
  name: '@paddle/paddle-node-sdk',
  verify: (request, { secret }) =>
    paddleWebhooks.isSignatureValid(text(request), secret, header(request, 'Paddle-Signature')),
}

const resendWebhooks = new Resend('re_oracle').webhooks

export const resend: Oracle = {
  name: 'resend',
  verify: (request, { secret: webhookSecret }) =>
    accepts(() =>
      resendWebhooks.verify({
        payload: text(request),
        headers: {
          id: header(request, 'svix-id'),
          timestamp: header(request, 'svix-timestamp'),
          signature: header(request, 'svix-signature'),
        },
        webhookSecret,
      }),
    ),
}

/** It also wants headers that are not signed, and of which a verifier needs none. */
const shopifyHeaders: [string, string][] = [
  ['X-Shopify-Shop-Domain', 'shop.myshopify.com'],
  ['X-Shopify-API-Version', '2026-10'],
]

const shopify: Oracle = {
  name: '@shopify/shopify-api',
  async verify(request, { secret: apiSecretKey }) {
    const { webhooks } = shopifyApi({
      apiKey: 'oracle',
      apiSecretKey,
      hostName: 'app.example.com',
      apiVersion: ApiVersion.October26,
      isEmbeddedApp: false,
      logger: { log: () => undefined },
    })
    const headers = [...request.headers, ...shopifyHeaders]
    const rawRequest = webRequest({ ...request, headers })
    const { valid } = await webhooks.validate({ rawBody: text(request), rawRequest })
    return valid
  },
}

function pairs({ headers }: WebhookRequest): [string, string][] {
  return headers.map(([name, value]) => [name, value])
}

/** By the title of the subject. */
export const sdkOracles: Readonly<Record<string, readonly Oracle[]>> = {
  linear: [linear],
  openai: [openai],
  paddle: [paddle],
  shopify: [shopify],
}
