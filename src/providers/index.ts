/** The registry: every provider that Hookline knows, by name. */
import { clerk } from './clerk.ts'
import { docusign } from './docusign.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { linear } from './linear.ts'
import { openai } from './openai.ts'
import { paddle } from './paddle.ts'
import { resend } from './resend.ts'
import { revenuecat } from './revenuecat.ts'
import { shopify } from './shopify.ts'
import { standardwebhooks } from './standardwebhooks.ts'
import { stripe } from './stripe.ts'
import { svix } from './svix.ts'

export type * from './provider.ts'
export {
  clerk,
  docusign,
  github,
  gitlab,
  linear,
  openai,
  paddle,
  resend,
  revenuecat,
  shopify,
  standardwebhooks,
  stripe,
  svix,
}

export const providers = {
  clerk,
  docusign,
  github,
  gitlab,
  linear,
  openai,
  paddle,
  resend,
  revenuecat,
  shopify,
  standardwebhooks,
  stripe,
  svix,
}
