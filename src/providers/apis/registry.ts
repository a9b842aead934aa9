/** The APIs of the companies that are also sources, by the name of the provider. */
import { clerkApi } from './clerk.ts'
import type { ApiDeclaration } from './declaration.ts'
import { githubApi } from './github.ts'
import { openaiApi } from './openai.ts'
import { paypalApi } from './paypal.ts'
import { resendApi } from './resend.ts'
import { revenuecatApi } from './revenuecat.ts'
import { stripeApi } from './stripe.ts'
import { twilioApi } from './twilio.ts'

export const providerApis: ReadonlyMap<string, ApiDeclaration> = new Map(
  [clerkApi, githubApi, openaiApi, paypalApi, resendApi, revenuecatApi, stripeApi, twilioApi].map(
    (declaration) => [declaration.name, declaration],
  ),
)
