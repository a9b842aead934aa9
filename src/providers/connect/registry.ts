/** How each provider is connected, by its name. */
import { providers } from '../index.ts'
import type { SourceProvider } from '../provider.ts'
import { connectedByHand, usualSteps } from './by-hand.ts'
import type { ConnectDeclaration } from './declaration.ts'
import { githubConnect } from './github.ts'
import { paypalConnect } from './paypal.ts'
import { resendConnect } from './resend.ts'
import { stripeConnect } from './stripe.ts'

const declared: ReadonlyMap<string, ConnectDeclaration> = new Map(
  [githubConnect, paypalConnect, resendConnect, stripeConnect, ...connectedByHand].map((each) => [
    each.provider,
    each,
  ]),
)

/** Undefined for a provider that is not in the registry, such as one of the app's own. */
export function connectDeclarationOf(provider: string): ConnectDeclaration | undefined {
  const found = declared.get(provider)
  if (found || !Object.hasOwn(providers, provider)) return found
  const registry: Readonly<Record<string, SourceProvider>> = providers
  const { title, docsUrl } = registry[provider]?.declaration ?? { title: '', docsUrl: '' }
  return docsUrl === '' ? undefined : usualSteps(title, docsUrl)
}
