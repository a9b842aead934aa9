/** The companies' own verifiers and signers, as judges of ours: they sign, we verify; we sign, they verify. */
import { sign, verify } from '@octokit/webhooks-methods'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import type { WebhookRequest } from '../request.ts'

export interface OracleOptions {
  readonly secret: string
  /** Unix seconds. */
  readonly now: number
  readonly id: string
}

export interface Oracle {
  /** The npm package. */
  readonly name: string
  /** The headers with which it would send this text; absent where it only verifies. */
  sign?(body: string, options: OracleOptions): [string, string][] | Promise<[string, string][]>
  /** Whether it accepts. Most read the body as text, so they are asked about text only. */
  verify?(request: WebhookRequest, options: OracleOptions): boolean | Promise<boolean>
}

function header({ headers }: WebhookRequest, name: string): string {
  return headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? ''
}

function text({ body }: WebhookRequest): string {
  return Buffer.from(body).toString('utf8')
}

/** Most verifiers throw where they refuse. */
function accepts(run: () => unknown): boolean {
  try {
    run()
    return true
  } catch {
    return false
  }
}

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

/** By the title of the subject. */
export const oracles: Readonly<Record<string, readonly Oracle[]>> = {
  github: [octokit],
  standardwebhooks: [standard, svix],
  stripe: [stripe],
}
