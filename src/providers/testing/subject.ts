/**
 * What the conformance loop runs on: each provider with each of its schemes, and a request it would
 * send.
 */
import type { Sample } from '../declaration.ts'
import type { SourceProvider } from '../provider.ts'
import type { ProviderSettings, SignOptions, VerifyContext, WebhookRequest } from '../request.ts'
import type { Scheme, SecretPair } from '../schemes/scheme.ts'
import { schemesOf } from '../verify.ts'

export interface Subject {
  /** `gitlab token`: the provider and, where it has two, the scheme. */
  readonly title: string
  readonly provider: SourceProvider
  readonly scheme: Scheme
  readonly secret: string
  readonly signingSecret: string
  readonly otherSecret: string
  readonly settings: ProviderSettings
  readonly fetch?: typeof globalThis.fetch
  readonly sample: Sample
  /** Unix seconds. */
  readonly now: number
}

/** What a provider needs beyond its declaration to be tested; most need nothing. */
export interface SubjectOptions {
  /** Where they hold what belongs to the keys, made of these. */
  readonly settings?: ProviderSettings | ((pair: SecretPair) => ProviderSettings)
  /** The network as it answers whoever has these keys. */
  readonly fetch?: (pair: SecretPair) => typeof globalThis.fetch
  /** Where the trust is not a secret, `wrong secret` and its like do not apply. */
  readonly hasSecrets?: boolean
  /**
   * Headers with which older or weaker schemes of the provider would sign; must never be enough.
   */
  readonly downgrades?: (body: Uint8Array, secret: string, now: number) => [string, string][][]
}

export const now = 1_700_000_000

export function subjectsOf(provider: SourceProvider, options: SubjectOptions = {}): Subject[] {
  const { declaration } = provider
  return Object.entries(schemesOf(declaration)).map(([name, scheme]) => {
    const selected = name === '' ? {} : { scheme: name }
    const pair = provider.newSecrets(selected)
    const settings = { ...settingsFor(options, pair), ...selected }
    const { secret, signingSecret } = pair
    return {
      title: name === '' ? declaration.name : `${declaration.name} ${name}`,
      provider,
      scheme,
      secret,
      signingSecret,
      otherSecret: provider.newSecrets(settings).secret,
      settings,
      ...(options.fetch && { fetch: options.fetch(pair) }),
      sample: samplesOf(provider, name)[0] ?? {
        type: 'test',
        body: { id: 'evt_1', type: 'test' },
      },
      now,
    }
  })
}

function settingsFor({ settings }: SubjectOptions, pair: SecretPair): ProviderSettings {
  return typeof settings === 'function' ? settings(pair) : (settings ?? {})
}

/** Those that this scheme sends. */
export function samplesOf({ declaration }: SourceProvider, scheme: string | undefined): Sample[] {
  return declaration.samples.filter((sample) => (sample.scheme ?? scheme) === scheme)
}

/** The bytes of the subject's sample, written as `JSON.stringify` would with these spaces. */
export function sampleBody({ sample }: Subject, spaces = 0): Buffer {
  if (typeof sample.body === 'string') return Buffer.from(sample.body)
  return Buffer.from(JSON.stringify(sample.body, null, spaces))
}

export function signed(
  subject: Subject,
  body: Uint8Array,
  options: Partial<SignOptions> = {},
): WebhookRequest {
  const { sample, settings, signingSecret } = subject
  return subject.provider.request(body, {
    secret: signingSecret,
    now: subject.now,
    settings,
    type: sample.type,
    ...(sample.id !== undefined && { id: sample.id }),
    ...options,
  })
}

export function contextOf(subject: Subject, changes: Partial<VerifyContext> = {}): VerifyContext {
  return {
    secrets: [subject.secret],
    now: subject.now,
    settings: subject.settings,
    ...(subject.fetch && { fetch: subject.fetch }),
    ...changes,
  }
}

/** The request with one header's value replaced, or without it. */
export function withHeader(
  request: WebhookRequest,
  name: string,
  change: (value: string) => string | undefined,
): WebhookRequest {
  const headers = request.headers.flatMap(([key, value]): [string, string][] => {
    if (key.toLowerCase() !== name.toLowerCase()) return [[key, value]]
    const changed = change(value)
    return changed === undefined ? [] : [[key, changed]]
  })
  return { ...request, headers }
}
