/** The registry: every provider that Hookline knows, by name. */
import { github } from './github.ts'
import type { Provider } from './provider.ts'
import { standardwebhooks } from './standardwebhooks.ts'
import { stripe } from './stripe.ts'

export type * from './provider.ts'
export { github, standardwebhooks, stripe }

export const providers = { github, standardwebhooks, stripe } satisfies Record<string, Provider>
