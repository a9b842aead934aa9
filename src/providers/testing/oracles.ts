/**
 * The companies' own verifiers and signers, as judges of ours: they sign, we verify; we sign, they
 * verify.
 */
import { sign, verify } from '@octokit/webhooks-methods'
import { EventWebhook } from '@sendgrid/eventwebhook'
import { verifyKey } from 'discord-interactions'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { macOracles } from './mac-oracles.ts'
import { accepts, header, type Oracle, text } from './oracle.ts'

const stripeWebhooks = new Stripe('sk_test_oracle').webhooks

const stripe: Oracle = {
  name: 'stripe',
  sign: (payload, { secret, now: timestamp }) => [
    ['Stripe-Signature', stripeWebhooks.generateTestHeaderString({ payload, secret, timestamp })],
  ],
  verify: (request, { secret, now }) =>
    accepts(() =>
      stripeWebhooks.constructEvent(
        text(request),
        header(request, 'Stripe-Signature'),
        secret,
        300,
        undefined,
        now * 1000,
      ),
    ),
}

const octokit: Oracle = {
  name: '@octokit/webhooks-methods',
  sign: async (body, { secret }) => [['X-Hub-Signature-256', await sign(secret, body)]],
  verify: (request, { secret }) =>
    verify(secret, text(request), header(request, 'X-Hub-Signature-256')),
}

/** Both packages take the time from the clock, which the test has set. */
function standardOracle(
  name: string,
  open: (secret: string) => StandardWebhook | SvixWebhook,
): Oracle {
  return {
    name,
    sign: (body, { secret, now, id }) => [
      ['webhook-id', id],
      ['webhook-timestamp', String(now)],
      ['webhook-signature', open(secret).sign(id, new Date(now * 1000), body)],
    ],
    verify: (request, { secret }) =>
      accepts(() => open(secret).verify(text(request), Object.fromEntries(request.headers))),
  }
}

const standard = standardOracle('standardwebhooks', (secret) => new StandardWebhook(secret))
const svix = standardOracle('svix', (secret) => new SvixWebhook(secret))

const discordInteractions: Oracle = {
  name: 'discord-interactions',
  verify: (request, { secret }) =>
    verifyKey(
      Buffer.from(request.body),
      header(request, 'X-Signature-Ed25519'),
      header(request, 'X-Signature-Timestamp'),
      secret,
    ),
}

const eventWebhook = new EventWebhook()

const sendgridOracle: Oracle = {
  name: '@sendgrid/eventwebhook',
  verify: (request, { secret }) =>
    eventWebhook.verifySignature(
      eventWebhook.convertPublicKeyToECDSA(secret),
      text(request),
      header(request, 'X-Twilio-Email-Event-Webhook-Signature'),
      header(request, 'X-Twilio-Email-Event-Webhook-Timestamp'),
    ),
}

/** By the title of the subject. */
export const oracles: Readonly<Record<string, readonly Oracle[]>> = {
  ...macOracles,
  discord: [discordInteractions],
  github: [octokit],
  sendgrid: [sendgridOracle],
  standardwebhooks: [standard, svix],
  stripe: [stripe],
}
