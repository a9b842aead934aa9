/**
 * What `verify` compares, by provider: the digest and the compare alone, Hookline, and the
 * provider's own package, all on the same bytes, secret and signature. Each runs once before it is
 * measured and must accept.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { verify as verifyGithub } from '@octokit/webhooks-methods'
import { type Provider, providers, type VerifyOutcome } from 'hookline/providers'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { newToken, stripeEvent } from '../load/stripe-event.ts'

export interface VerifyCandidate {
  readonly provider: string
  readonly title: string
  /** The first of each provider is what the others are compared with. */
  readonly isBare: boolean
  /** The body is parsed in it. */
  readonly isReading?: boolean
  /** Throws, or gives nothing or false, where it does not accept. */
  readonly run: () => unknown
}

const now = Math.floor(Date.now() / 1000)
const body = Buffer.from(
  stripeEvent(
    newToken(now, 0, () => 0.5),
    now,
  ),
)
const textSecret = 'whsec_bench_0123456789abcdefghijklmnop'
const base64Secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`

export const bodyBytes = body.byteLength

export function verifyCandidates(): VerifyCandidate[] {
  return [...stripeCandidates(), ...githubCandidates(), ...standardCandidates()]
}

function stripeCandidates(): VerifyCandidate[] {
  const headers = providers.stripe.sign(body, { secret: textSecret, now })
  const header = headerOf(headers, 'stripe-signature')
  const signed = [`${now}.`, body]
  const { webhooks } = new Stripe('sk_test_bench')
  return [
    bare('stripe', textSecret, signed),
    ...hooklineCandidates(providers.stripe, textSecret, headers),
    candidate('stripe', '`stripe` `signature.verifyHeader`, which reads no event', () =>
      webhooks.signature?.verifyHeader(body, header, textSecret, 300),
    ),
    reading('stripe', '`stripe` `constructEvent`', () =>
      webhooks.constructEvent(body, header, textSecret),
    ),
  ]
}

function githubCandidates(): VerifyCandidate[] {
  const id = '72d3162e-cc78-11e3-81ab-4c9367dc0958'
  const headers = providers.github.sign(body, { secret: textSecret, now, id, type: 'issues' })
  const header = headerOf(headers, 'x-hub-signature-256')
  return [
    bare('github', textSecret, [body]),
    ...hooklineCandidates(providers.github, textSecret, headers),
    // It takes text, so decoding the bytes is part of its use.
    candidate('github', '`@octokit/webhooks-methods` `verify`', () =>
      verifyGithub(textSecret, body.toString(), header),
    ),
  ]
}

function standardCandidates(): VerifyCandidate[] {
  const options = { secret: base64Secret, now, id: 'msg_2Lml3vTkB0k8Yh1D' }
  const headers = providers.standardwebhooks.sign(body, options)
  const webhook = new Webhook(base64Secret)
  const named = Object.fromEntries(headers)
  // Given as bytes, the key would cost more than the digest: this is the fastest way that Node has.
  const key = createSecretKey(Buffer.from(base64Secret.slice('whsec_'.length), 'base64'))
  return [
    bare('standardwebhooks', key, [`${options.id}.${now}.`, body]),
    ...hooklineCandidates(providers.standardwebhooks, base64Secret, headers),
    reading('standardwebhooks', '`standardwebhooks` `verify`', () => webhook.verify(body, named)),
  ]
}

function candidate(provider: string, title: string, run: () => unknown): VerifyCandidate {
  return { provider, title, isBare: false, run }
}

function reading(provider: string, title: string, run: () => unknown): VerifyCandidate {
  return { ...candidate(provider, title, run), isReading: true }
}

function bare(
  provider: string,
  key: string | KeyObject,
  signed: readonly (string | Buffer)[],
): VerifyCandidate {
  const digest = () => {
    const mac = createHmac('sha256', key)
    for (const part of signed) mac.update(part)
    return mac.digest()
  }
  const expected = digest()
  const run = () => timingSafeEqual(digest(), expected)
  return { provider, title: '`createHmac` + `timingSafeEqual`', isBare: true, run }
}

function hooklineCandidates(
  provider: Provider,
  secret: string,
  headers: readonly (readonly [name: string, value: string])[],
): VerifyCandidate[] {
  const url = `https://app.example.com/webhooks/${provider.name}`
  const sent = [['host', 'app.example.com'], ['content-type', 'application/json'], ...headers]
  const request = { method: 'POST', url, headers: sent as [string, string][], body }
  const verify = () => accepted(provider.verify(request, { secrets: [secret], now }))
  return [
    candidate(provider.name, 'Hookline `verify`', verify),
    reading(provider.name, 'Hookline `verify`, id, type, time and mode read', () => {
      const { dedupeKey, type, occurredAt, mode } = verify()
      return { dedupeKey, type, occurredAt, mode }
    }),
  ]
}

/** These three need no network, so they answer at once, as the receiver uses them. */
function accepted(outcome: VerifyOutcome | Promise<VerifyOutcome>) {
  if (outcome instanceof Promise) throw new Error('This provider should answer at once.')
  if (!outcome.ok) throw new Error(`Hookline refused its own signature: ${outcome.reason}.`)
  return outcome
}

function headerOf(headers: readonly (readonly [string, string])[], name: string): string {
  return headers.find(([known]) => known.toLowerCase() === name)?.[1] ?? ''
}
