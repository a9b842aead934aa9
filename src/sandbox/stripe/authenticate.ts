/**
 * Who may call: any test secret key. No key is compared with anything, and none is ever printed.
 */
import { StripeError } from './stripe-error.ts'

/**
 * Throws Stripe's 401 unless the headers carry `sk_test_…`, as a bearer token or as a basic user
 * name.
 */
export function authenticate(headers: Headers): void {
  const key = apiKey(headers.get('authorization') ?? '')
  if (key === '') {
    const how = '(Authorization: Bearer sk_test_…, or as the user name of basic authentication).'
    throw refused(`You did not provide an API key. Send one ${how}`)
  }
  if (/^sk_test_./.test(key)) return
  if (/^[sr]k_live_/.test(key)) {
    const advice = 'Take it out of the place it came from, and use a key that begins with sk_test_.'
    throw refused(`A live key was sent to a sandbox. ${advice}`, 'livemode_mismatch')
  }
  if (key.startsWith('pk_')) {
    throw refused('This call needs a secret key, not a publishable one.', 'secret_key_required')
  }
  throw refused('Invalid API Key provided. A sandbox takes any key of the form sk_test_….')
}

function refused(message: string, code?: string): StripeError {
  return new StripeError({
    status: 401,
    type: 'invalid_request_error',
    message,
    ...(code && { code }),
  })
}

function apiKey(authorization: string): string {
  const [scheme = '', value = ''] = authorization.trim().split(/\s+/, 2)
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return ''
  const [user = ''] = Buffer.from(value, 'base64').toString('utf8').split(':', 1)
  return user
}
