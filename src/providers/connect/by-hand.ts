/** Providers whose endpoints a person makes: where the page is, and what to do there. */
import type { ConnectDeclaration } from './declaration.ts'

const addIt = 'Add an endpoint with the URL {url}, and choose these event types: {types}.'
const copyIt = 'Copy its signing secret, and give it to `hookline keys set {secret}`.'
const chooseIt =
  'Enter a long random secret there, and give the same to `hookline keys set {secret}`.'

export const connectedByHand: readonly ConnectDeclaration[] = [
  byHand('clerk', 'https://dashboard.clerk.com/sign-up', [
    'Open https://dashboard.clerk.com, your application, Configure, Webhooks.',
    addIt,
    copyIt,
  ]),
  byHand('openai', 'https://platform.openai.com/signup', [
    'Open https://platform.openai.com/settings/project/webhooks.',
    addIt,
    copyIt,
  ]),
  chosen(
    byHand('revenuecat', 'https://app.revenuecat.com/signup', [
      'Open https://app.revenuecat.com, your project, Integrations, Webhooks.',
      'Add a webhook with the URL {url}.',
      'Enter a long random value as the authorization header, and give the same to ' +
        '`hookline keys set {secret}`.',
    ]),
  ),
  byHand('twilio', 'https://www.twilio.com/try-twilio', [
    'Open https://console.twilio.com, Phone Numbers, Manage, Active numbers, your number.',
    'Paste the URL {url} where a call or a message comes in, with the method POST.',
    'Copy the auth token of the account, and give it to `hookline keys set {secret}`.',
  ]),
  byHand('paddle', 'https://login.paddle.com/signup', [
    'Open Developer tools, Notifications at https://vendors.paddle.com.',
    addIt,
    copyIt,
  ]),
  chosen(
    byHand('lemonsqueezy', 'https://app.lemonsqueezy.com/register', [
      'Open https://app.lemonsqueezy.com/settings/webhooks.',
      addIt,
      chooseIt,
    ]),
  ),
  byHand('slack', 'https://slack.com/get-started', [
    'Open https://api.slack.com/apps, your app, Basic Information.',
    'Copy the signing secret first, and give it to `hookline keys set {secret}`.',
    'Open Event Subscriptions, and paste {url} as the request URL: Slack checks it at once.',
    'Subscribe to these events: {types}.',
  ]),
  byHand('linear', 'https://linear.app/signup', [
    'Open https://linear.app/settings/api and make a webhook.',
    'Paste the URL {url}, and choose what it tells of: {types}.',
    copyIt,
  ]),
]

/** For a provider without an entry: what is the same nearly everywhere. */
export function usualSteps(title: string, docsUrl: string): ConnectDeclaration {
  const guide = byHand('', new URL(docsUrl).origin, [
    `Open the webhook settings of ${title}; ${docsUrl} says where they are.`,
    addIt,
    'Copy its signing secret, or enter a long random one there, and give the same to ' +
      '`hookline keys set {secret}`.',
  ])
  return chosen(guide)
}

function chosen(guide: ConnectDeclaration): ConnectDeclaration {
  return { ...guide, isSecretChosen: true }
}

function byHand(
  provider: string,
  signUpUrl: string,
  endpointSteps: readonly string[],
): ConnectDeclaration {
  return { provider, signUpUrl, keySteps: [], endpointSteps }
}
