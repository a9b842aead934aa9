/**
 * The companies' own verifiers and signers, as judges of ours: they sign, we verify; we sign, they
 * verify.
 */
import { hmacValidator as AdyenValidator } from '@adyen/api-library'
import { sign, verify } from '@octokit/webhooks-methods'
import { EventWebhook } from '@sendgrid/eventwebhook'
import { verifyKey } from 'discord-interactions'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { macOracles } from './mac-oracles.ts'
import { accepts, header, type Oracle, text } from './oracle.ts'
import { clerk, resend, sdkOracles } from './sdk-oracles.ts'

const adyenValidator = new AdyenValidator()
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
  prefix = 'webhook',
): Oracle {
  return {
    name,
    sign: (body, { secret, now, id }) => [
      [`${prefix}-id`, id],
      [`${prefix}-timestamp`, String(now)],
      [`${prefix}-signature`, open(secret).sign(id, new Date(now * 1000), body)],
    ],
    verify: (request, { secret }) =>
      accepts(() => open(secret).verify(text(request), Object.fromEntries(request.headers))),
  }
}

const openStandard = (secret: string) => new StandardWebhook(secret)
const openSvix = (secret: string) => new SvixWebhook(secret)

const standard = standardOracle('standardwebhooks', openStandard)
const svix = standardOracle('svix', openSvix, 'svix')

/** The package that Supabase has its users verify with, who first take `v1,` away. */
const supabase = standardOracle('standardwebhooks', (secret) => openStandard(secret.slice(3)))

const adyenHeader: Oracle = {
  name: '@adyen/api-library',
  sign: (body, { secret }) => [['HmacSignature', adyenValidator.calculateHmac(body, secret)]],
  verify: (request, { secret }) =>
    adyenValidator.validateHMACSignature(secret, header(request, 'HmacSignature'), text(request)),
}

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
  ...sdkOracles,
  'adyen header': [adyenHeader],
  clerk: [clerk, svix],
  discord: [discordInteractions],
  github: [octokit],
  'gitlab signing-token': [standard],
  resend: [resend, svix],
  sendgrid: [sendgridOracle],
  standardwebhooks: [standard, standardOracle('svix', openSvix)],
  stripe: [stripe],
  supabase: [supabase],
  svix: [svix],
}

/**
 * Judges that need more than a text and a secret, such as certificates: the package, and the test
 * beside this folder in which it judges.
 */
export const judgedElsewhere: Readonly<Record<string, readonly [name: string, test: string]>> = {
  'adyen payment': ['@adyen/api-library', 'schemes/signed-items.test.ts'],
  'apple-app-store': ['@apple/app-store-server-library', 'schemes/certified-payload.test.ts'],
  'aws-sns': ['sns-validator', 'schemes/signed-fields.test.ts'],
  braintree: ['braintree', 'schemes/signed-form.test.ts'],
  'google-pubsub': ['google-auth-library', 'schemes/identity-token.test.ts'],
}
