/** The registry: every provider that Hookline knows, by name. */

import { adyen } from './adyen.ts'
import { appleAppStore } from './apple-app-store.ts'
import { awsSns } from './aws-sns.ts'
import { bitbucket } from './bitbucket.ts'
import { braintree } from './braintree.ts'
import { calendly } from './calendly.ts'
import { clerk } from './clerk.ts'
import { coinbaseCommerce } from './coinbase-commerce.ts'
import { discord } from './discord.ts'
import { docusign } from './docusign.ts'
import { flutterwave } from './flutterwave.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { gocardless } from './gocardless.ts'
import { googlePubsub } from './google-pubsub.ts'
import { hubspot } from './hubspot.ts'
import { intercom } from './intercom.ts'
import { lemonsqueezy } from './lemonsqueezy.ts'
import { linear } from './linear.ts'
import { mailgun } from './mailgun.ts'
import { meta } from './meta.ts'
import { mollie } from './mollie.ts'
import { mux } from './mux.ts'
import { openai } from './openai.ts'
import { paddle } from './paddle.ts'
import { paypal } from './paypal.ts'
import { paystack } from './paystack.ts'
import { plaid } from './plaid.ts'
import { polar } from './polar.ts'
import { razorpay } from './razorpay.ts'
import { resend } from './resend.ts'
import { revenuecat } from './revenuecat.ts'
import { sendgrid } from './sendgrid.ts'
import { sentry } from './sentry.ts'
import { shopify } from './shopify.ts'
import { slack } from './slack.ts'
import { square } from './square.ts'
import { standardwebhooks } from './standardwebhooks.ts'
import { stripe } from './stripe.ts'
import { supabase } from './supabase.ts'
import { svix } from './svix.ts'
import { telegram } from './telegram.ts'
import { trello } from './trello.ts'
import { twilio } from './twilio.ts'
import { twitch } from './twitch.ts'
import { typeform } from './typeform.ts'
import { vercel } from './vercel.ts'
import { zendesk } from './zendesk.ts'
import { zoom } from './zoom.ts'

export { anthropic } from './apis/anthropic.ts'
export type {
  ApiAuth,
  ApiDeclaration,
  ApiDefinition,
  ApiOptions,
  CallBudget,
  CallLimits,
} from './apis/declaration.ts'
export { api, type CustomApiOptions } from './apis/define.ts'
export { type CustomOptions, type CustomProvider, custom } from './custom.ts'
export type * from './provider.ts'
export {
  adyen,
  appleAppStore,
  awsSns,
  bitbucket,
  braintree,
  calendly,
  clerk,
  coinbaseCommerce,
  discord,
  docusign,
  flutterwave,
  github,
  gitlab,
  gocardless,
  googlePubsub,
  hubspot,
  intercom,
  lemonsqueezy,
  linear,
  mailgun,
  meta,
  mollie,
  mux,
  openai,
  paddle,
  paypal,
  paystack,
  plaid,
  polar,
  razorpay,
  resend,
  revenuecat,
  sendgrid,
  sentry,
  shopify,
  slack,
  square,
  standardwebhooks,
  stripe,
  supabase,
  svix,
  telegram,
  trello,
  twilio,
  twitch,
  typeform,
  vercel,
  zendesk,
  zoom,
}

export const providers = {
  adyen,
  'apple-app-store': appleAppStore,
  'aws-sns': awsSns,
  bitbucket,
  braintree,
  calendly,
  clerk,
  'coinbase-commerce': coinbaseCommerce,
  discord,
  docusign,
  flutterwave,
  github,
  gitlab,
  gocardless,
  'google-pubsub': googlePubsub,
  hubspot,
  intercom,
  lemonsqueezy,
  linear,
  mailgun,
  meta,
  mollie,
  mux,
  openai,
  paddle,
  paypal,
  paystack,
  plaid,
  polar,
  razorpay,
  resend,
  revenuecat,
  sendgrid,
  sentry,
  shopify,
  slack,
  square,
  standardwebhooks,
  stripe,
  supabase,
  svix,
  telegram,
  trello,
  twilio,
  twitch,
  typeform,
  vercel,
  zendesk,
  zoom,
}
