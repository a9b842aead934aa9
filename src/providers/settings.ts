/** What each setting of a source is, once: for the pages of providers and for the forms. */
import type { ProviderSettings } from './request.ts'

export interface SettingFacts {
  readonly title: string
  /** `choice` is one of the provider's schemes; `list` has one value on each line. */
  readonly kind: 'text' | 'url' | 'number' | 'choice' | 'list'
  /** One sentence or two; code in backquotes. */
  readonly about: string
  /** Its value must not stand in the app's text. */
  readonly isSecret?: true
  /** A configured public address stands in for it. */
  readonly hasDefault?: true
}

export const settingFacts: Readonly<Record<keyof ProviderSettings, SettingFacts>> = {
  publicUrl: {
    title: 'Public URL',
    kind: 'url',
    about:
      'The exact URL registered with the provider. Absent: `HOOKLINE_PUBLIC_URL` and the path.',
    hasDefault: true,
  },
  toleranceSeconds: {
    title: 'Tolerance in seconds',
    kind: 'number',
    about: 'How far a signed time may be away from now.',
  },
  scheme: {
    title: 'Scheme',
    kind: 'choice',
    about: 'Which of its ways to prove a request is used.',
  },
  verifyToken: {
    title: 'Verify token',
    kind: 'text',
    about: 'The token that is agreed for the registration challenge.',
    isSecret: true,
  },
  publicKey: {
    title: 'Public key',
    kind: 'text',
    about: 'The public key of the account, as its console shows it.',
  },
  topicArn: { title: 'Topic ARN', kind: 'text', about: 'The only topic that is accepted.' },
  audience: {
    title: 'Audience',
    kind: 'text',
    about: 'The audience that its tokens must name.',
    hasDefault: true,
  },
  serviceAccountEmail: {
    title: 'Service account',
    kind: 'text',
    about: 'The account that must have signed.',
  },
  bundleId: { title: 'Bundle id', kind: 'text', about: 'The app that an event must be of.' },
  appAppleId: {
    title: 'Apple id of the app',
    kind: 'number',
    about: 'The id of the app at Apple, which live events must name.',
  },
  environment: {
    title: 'Environment',
    kind: 'text',
    about: 'Which environment of the provider is accepted.',
  },
  trustedRoots: {
    title: 'Trusted roots',
    kind: 'list',
    about: 'PEM certificates in which a chain must end. Absent: those of the provider.',
  },
  clientId: { title: 'Client id', kind: 'text', about: 'The client id of the account.' },
  clientSecret: {
    title: 'Client secret',
    kind: 'text',
    about: 'The secret that belongs to the client id.',
    isSecret: true,
  },
}
