/**
 * What is wrong with a secret by its looks alone, said without a character of it. What only a
 * request can tell is for diagnose.ts.
 */
import { recogniseKey } from '../providers/key-shapes.ts'
import type { Provider } from '../providers/provider.ts'

export type SecretFault = 'blank' | 'white_space' | 'quoted' | 'api_key' | 'too_short'

/** Providers make longer ones; shorter ones can be guessed. */
export const secretCharactersMin = 16

/** The names under which the API's own key is what signs, as at Paystack. */
const apiKeyNames = /(SECRET_KEY|API_KEY|API_SECRET|AUTH_TOKEN|ACCESS_TOKEN)$/

export function secretFault(secret: string, provider: Provider): SecretFault | undefined {
  if (secret.trim() === '') return 'blank'
  if (secret.trim() !== secret) return 'white_space'
  if (/^(["']).*\1$/s.test(secret)) return 'quoted'
  const isByApiKey = provider.secretNames.some((name) => apiKeyNames.test(name))
  if (!isByApiKey && isApiKey(secret)) return 'api_key'
  return secret.length < secretCharactersMin ? 'too_short' : undefined
}

/** Webhook secrets begin otherwise, or with nothing. */
function isApiKey(secret: string): boolean {
  const kind = recogniseKey(secret)?.kind
  return kind === 'api-key' || kind === 'publishable-key'
}

/** As it was likely meant: without quotes, and without white space around it. */
export function cleanSecret(secret: string): string {
  return secret
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .trim()
}

/** What happened, likely why, and what to do. @param names where the secret is looked up. */
export function faultWords(source: string, fault: SecretFault, names: string): string {
  switch (fault) {
    case 'blank':
      return (
        `A secret of '${source}' is only white space, with which anybody could sign. It was ` +
        `likely not filled in. Set ${names} to the provider's webhook secret.`
      )
    case 'white_space':
      return (
        `A secret of '${source}' has white space around it. It was likely copied with a line ` +
        `end or a space. Set ${names} without it.`
      )
    case 'quoted':
      return (
        `A secret of '${source}' stands in quotation marks, which are taken as part of it. ` +
        `They were likely copied from a file that needs them. Set ${names} without them.`
      )
    case 'api_key':
      return (
        `A secret of '${source}' looks like an API key, which signs no webhooks. The two ` +
        `stand near each other in the provider's console. Set ${names} to the webhook's own secret.`
      )
    case 'too_short':
      return (
        `A secret of '${source}' has fewer than ${secretCharactersMin} characters. It is ` +
        `likely cut off, or can be guessed. Set ${names} to the whole secret, or make a new one.`
      )
  }
}
